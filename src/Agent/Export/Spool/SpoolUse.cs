namespace Agent.Export.Spool;

/// <summary>What the spool's disk is used for, as far as one may fail while the other works.</summary>
internal enum SpoolUse
{
    /// <summary>Files are written, renamed and deleted.</summary>
    Write,

    /// <summary>What was written is forced to the disk.</summary>
    Commit,
}
