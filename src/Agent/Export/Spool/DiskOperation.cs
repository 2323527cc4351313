namespace Agent.Export.Spool;

/// <summary>What <see cref="SpoolDirectory"/> does to the file system, each of which may fail by itself.</summary>
internal enum DiskOperation
{
    MakeDirectory,
    TakeLock,
    List,
    CreateFile,
    Write,
    Rename,
    Flush,
    FlushDirectory,
    Read,
    Delete,
    SetAside,
}
