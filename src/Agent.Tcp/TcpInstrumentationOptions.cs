using Microsoft.Extensions.Options;

namespace Agent.Tcp;

/// <summary>What <c>AddTcpInstrumentation()</c> reads and reports.</summary>
public sealed class TcpInstrumentationOptions
{
    /// <summary>The default of <see cref="ProcRoot"/>.</summary>
    public const string DefaultProcRoot = "/proc";

    /// <summary>The default of <see cref="ReadTimeout"/>, in seconds.</summary>
    public const double DefaultReadTimeoutSeconds = 10;

    /// <summary>The least <see cref="ReadTimeout"/>, in seconds.</summary>
    public const double MinReadTimeoutSeconds = 0.1;

    /// <summary>The greatest <see cref="ReadTimeout"/>, in seconds.</summary>
    public const double MaxReadTimeoutSeconds = 300;

    /// <summary>Where the node's procfs is mounted.</summary>
    /// <value>An absolute path. Default: <c>/proc</c>. In a container, the mount of the host's, such as <c>/host/proc</c>.</value>
    public string ProcRoot { get; set; } = DefaultProcRoot;

    /// <summary>Which network namespaces are read.</summary>
    /// <value>Default: <see cref="NamespaceScope.Own"/>, the one this process lives in.</value>
    public NamespaceScope Namespaces { get; set; } = NamespaceScope.Own;

    /// <summary>Which interface of the kernel the sockets are read by.</summary>
    /// <value>Default: <see cref="TcpSource.Auto"/>: sock_diag where it can see, otherwise procfs.</value>
    public TcpSource Source { get; set; } = TcpSource.Auto;

    /// <summary>
    /// Whether sock_diag counts sockets that are bound to a port but neither listen nor connect (state
    /// <c>bound_inactive</c>). procfs cannot see them.
    /// </summary>
    /// <value>
    /// Default: false. To find them the kernel also walks every bound socket, under locks that bind() and accept() take:
    /// about a fifth more of a dump's cost (measured at 10,000 and 100,000 sockets). Needs Linux 6.8.
    /// </value>
    public bool BoundInactive { get; set; }

    /// <summary>How long reading one table or dump may take before it counts as failed.</summary>
    /// <value>0.1 s to 300 s. Default: 10 s.</value>
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromSeconds(DefaultReadTimeoutSeconds);

    /// <summary>Checks every option.</summary>
    /// <exception cref="OptionsValidationException">Some are out of range; the message names them all, with the allowed values.</exception>
    internal void Validate()
    {
        var faults = new List<string>();
        if (!Path.IsPathRooted(ProcRoot))
        {
            faults.Add($"{nameof(ProcRoot)} must be an absolute path, not \"{ProcRoot}\".");
        }

        if (!Enum.IsDefined(Namespaces))
        {
            faults.Add($"{nameof(Namespaces)} must be Own, Host or All, not {(int)Namespaces}.");
        }

        if (!Enum.IsDefined(Source))
        {
            faults.Add($"{nameof(Source)} must be Auto, Procfs or SockDiag, not {(int)Source}.");
        }

        if (BoundInactive && Source == TcpSource.Procfs)
        {
            faults.Add($"{nameof(BoundInactive)} must be false with {nameof(Source)} Procfs, which cannot see such sockets.");
        }

        if (ReadTimeout.TotalSeconds is < MinReadTimeoutSeconds or > MaxReadTimeoutSeconds)
        {
            faults.Add(
                $"{nameof(ReadTimeout)} must be between {MinReadTimeoutSeconds} s and {MaxReadTimeoutSeconds} s, not {ReadTimeout.TotalSeconds} s.");
        }

        if (faults.Count > 0)
        {
            throw new OptionsValidationException(nameof(TcpInstrumentationOptions), typeof(TcpInstrumentationOptions), faults);
        }
    }
}
