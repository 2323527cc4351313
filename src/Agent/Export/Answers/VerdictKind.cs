namespace Agent.Export.Answers;

/// <summary>What becomes of a payload after an attempt.</summary>
internal enum VerdictKind
{
    /// <summary>The collector has taken it, maybe but for some points.</summary>
    Accepted,

    /// <summary>It may arrive if it is sent again.</summary>
    Transient,

    /// <summary>The collector will not have it: sending it again is forbidden.</summary>
    Final,

    /// <summary>The attempt was broken off from this side.</summary>
    Cancelled,
}
