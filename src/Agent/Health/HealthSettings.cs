using System.Net;

namespace Agent.Health;

/// <summary>The section <c>Health</c>: where <c>/healthz</c> and <c>/readyz</c> are answered.</summary>
internal sealed class HealthSettings
{
    public const int MaxPort = 65535;

    /// <summary>TCP port, 1 to <see cref="MaxPort"/>; 0 for none.</summary>
    public int Port { get; set; }

    /// <summary>The address to listen on. Loopback: who may ask is who is on the machine.</summary>
    public IPAddress Address { get; set; } = IPAddress.Loopback;

    public bool IsOn => Port > 0;
}
