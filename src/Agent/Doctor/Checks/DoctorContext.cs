using Agent.Configuration;
using Agent.Doctor.Running;

namespace Agent.Doctor.Checks;

/// <summary>The input of the checks.</summary>
internal sealed record DoctorContext
{
    public required AgentConfiguration Configuration { get; init; }

    /// <summary>The configuration file, or null.</summary>
    public string? ConfigFile { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>The running agent that is examined; null where this process is examined in its place.</summary>
    public RunningAgent? Agent { get; init; }

    /// <summary>The procfs directory of the process that is examined.</summary>
    public string Process => Agent?.Directory ?? $"{OwnProc}/self";

    /// <summary>This process's own procfs, whatever the proc root is.</summary>
    public string OwnProc { get; init; } = TcpInstrumentationOptions.DefaultProcRoot;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public TcpInstrumentationOptions Tcp => Configuration.Settings.Tcp;

    public string ProcRoot => Tcp.ProcRoot;

    /// <summary>The kubelet sets this variable in every container.</summary>
    public bool IsOnKubernetes => Environment.ContainsKey("KUBERNETES_SERVICE_HOST");
}
