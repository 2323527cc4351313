using Agent.Export.Disk;
using Agent.Export.Telemetry;

namespace Agent.Export.Spool;

/// <summary>
/// The spool's log: each fault once, and once more when it is over. Faults are counted, and shown by the health endpoint as
/// long as they last. Thread-safe.
/// </summary>
internal sealed partial class SpoolLog(string path, long maxMemoryBytes, ErrorTally errors, ExportStatus status, ILogger logger)
{
    /// <summary>Of files that are corrupt or cannot be read, so many are named.</summary>
    private const int MaxNamedFiles = 16;

    private readonly Lock _lock = new();
    private readonly Dictionary<SpoolUse, string> _faults = [];
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);
    private bool _isDropping;
    private int _named;

    /// <summary>The disk could not be used; what should be on it is held in memory.</summary>
    public void Fails(SpoolUse use, Exception exception, string reason)
    {
        errors.Add(DiskFault.TypeOf(exception));
        lock (_lock)
        {
            _faults[use] = reason;
            status.SpoolFault = reason;
            if (_said.Add(reason))
            {
                CannotWrite(path, reason, maxMemoryBytes);
            }
        }
    }

    /// <summary>The disk could be used; so many exports were written to it from memory since.</summary>
    public void Works(SpoolUse use, int moved)
    {
        lock (_lock)
        {
            if (!_faults.Remove(use))
            {
                return;
            }

            status.SpoolFault = _faults.Values.FirstOrDefault();
            if (_faults.Count == 0)
            {
                _said.Clear();
                WritesAgain(path, moved);
            }
        }
    }

    /// <summary>A file could not be read; it stays, and is tried again.</summary>
    public void CannotRead(Exception exception, string reason)
    {
        errors.Add(DiskFault.TypeOf(exception));
        if (status.SpoolReadFault is null)
        {
            status.SpoolReadFault = reason;
            CannotReadSome(path, reason);
        }
    }

    /// <summary>No file is left that could not be read.</summary>
    public void ReadsAll()
    {
        status.SpoolReadFault = null;
        ReadsAgain(path);
    }

    public void Unreadable(string file, Exception exception)
    {
        errors.Add(DiskFault.TypeOf(exception));
        if (IsToBeNamed())
        {
            CannotBeRead(file, DiskFault.Describe(exception));
        }
    }

    public void SetAside(string file, string aside)
    {
        if (IsToBeNamed())
        {
            IsCorrupt(file, aside);
        }
    }

    public void Dropped(SpoolDrop why, int count)
    {
        if (!_isDropping)
        {
            _isDropping = true;
            Drops(path, count, why switch
            {
                SpoolDrop.Size => "it is full (Export:Spool:MaxBytes)",
                SpoolDrop.Age => "they are older than Export:Spool:MaxAge",
                _ => "its disk fails and memory is full (Export:Spool:MaxMemoryBytes)",
            });
        }
    }

    /// <summary>The spool is empty: the next drop is logged again.</summary>
    public void Emptied()
    {
        _isDropping = false;
        _named = 0;
    }

    [LoggerMessage(EventId = 30, Level = LogLevel.Information,
        Message = "The spool in {Path} holds {Items} export(s) of an earlier run, {Bytes} bytes; they are sent once the collector answers.")]
    public partial void Holds(string path, long items, long bytes);

    [LoggerMessage(EventId = 37, Level = LogLevel.Warning,
        Message = "{Items} export(s) kept in memory are dropped: the spool in {Path} could not be written before the agent stopped.")]
    public partial void LostAtTheEnd(int items, string path);

    [LoggerMessage(EventId = 38, Level = LogLevel.Warning,
        Message = "{Items} export(s) kept in {Path} are dropped: another process deleted their files. Counted in tcp.agent.spool.dropped.")]
    public partial void Gone(int items, string path);

    private bool IsToBeNamed()
    {
        _named++;
        if (_named == MaxNamedFiles + 1)
        {
            MoreFiles(path, MaxNamedFiles);
        }

        return _named <= MaxNamedFiles;
    }

    [LoggerMessage(EventId = 35, Level = LogLevel.Warning, Message = "{File} is corrupt; it was renamed to {Aside}, and its export is dropped.")]
    private partial void IsCorrupt(string file, string aside);

    [LoggerMessage(EventId = 36, Level = LogLevel.Warning, Message = "{File} cannot be read: {Reason}. Its export is dropped.")]
    private partial void CannotBeRead(string file, string reason);

    [LoggerMessage(EventId = 39, Level = LogLevel.Warning,
        Message = "More than {Named} files of the spool in {Path} are corrupt or cannot be read. Counted in tcp.agent.spool.dropped; no more are logged until the spool is empty.")]
    private partial void MoreFiles(string path, int named);

    [LoggerMessage(EventId = 31, Level = LogLevel.Warning,
        Message = "The spool in {Path} cannot be used: {Reason}. Exports go on, and are kept in memory instead, up to {Bytes} bytes "
            + "(Export:Spool:MaxMemoryBytes). Logged once until the spool can be used.")]
    private partial void CannotWrite(string path, string reason, long bytes);

    [LoggerMessage(EventId = 34, Level = LogLevel.Warning,
        Message = "The spool in {Path} holds exports that cannot be read: {Reason}. They stay kept, and are read again every minute; others are sent meanwhile. "
            + "Logged once until all can be read.")]
    private partial void CannotReadSome(string path, string reason);

    [LoggerMessage(EventId = 29, Level = LogLevel.Information, Message = "All exports in the spool in {Path} can be read again.")]
    private partial void ReadsAgain(string path);

    [LoggerMessage(EventId = 32, Level = LogLevel.Information,
        Message = "The spool in {Path} can be used again; {Items} export(s) were written to it from memory.")]
    private partial void WritesAgain(string path, int items);

    [LoggerMessage(EventId = 33, Level = LogLevel.Warning,
        Message = "The spool in {Path} drops its oldest exports, {Items} so far: {Reason}. Counted in tcp.agent.spool.dropped; logged once until it is empty.")]
    private partial void Drops(string path, int items, string reason);
}

/// <summary>What the spool's disk is used for, as far as one may fail while the other works.</summary>
internal enum SpoolUse
{
    /// <summary>Files are written, renamed and deleted.</summary>
    Write,

    /// <summary>What was written is forced to the disk.</summary>
    Commit,
}
