namespace Agent.Tcp;

/// <summary>Which network namespaces are read: the setting <c>Tcp:Namespaces</c>.</summary>
public enum NamespaceScope
{
    /// <summary>The one this process lives in.</summary>
    Own = 0,

    /// <summary>The host's: that of PID 1 under the proc root.</summary>
    Host = 1,

    /// <summary>Every one that can be seen.</summary>
    All = 2,
}
