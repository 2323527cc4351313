using Agent.Text;
using Microsoft.Extensions.Logging;

namespace Agent.Export.Spool;

/// <summary>What the spool tells the operator: each trouble once, and once more when it is over.</summary>
internal sealed partial class SpoolLog(string path, long maxMemoryBytes, ILogger logger)
{
    private bool _isDiskFailing;
    private bool _isDropping;

    public void DiskFails(Exception exception)
    {
        if (!_isDiskFailing)
        {
            _isDiskFailing = true;
            CannotWrite(path, IoFaults.Describe(exception).TrimEnd('.'), maxMemoryBytes);
        }
    }

    public void DiskWorks(int moved)
    {
        if (_isDiskFailing)
        {
            _isDiskFailing = false;
            WritesAgain(path, moved);
        }
    }

    public void Dropped(SpoolDrop why)
    {
        if (!_isDropping && why is not SpoolDrop.Corrupt)
        {
            _isDropping = true;
            Drops(path, why switch
            {
                SpoolDrop.Size => "it is full (Export:Spool:MaxBytes)",
                SpoolDrop.Age => "they are older than Export:Spool:MaxAge",
                _ => "its disk fails and memory is full (Export:Spool:MaxMemoryBytes)",
            });
        }
    }

    /// <summary>The spool is empty: dropping, should it begin again, is news.</summary>
    public void Emptied() => _isDropping = false;

    [LoggerMessage(EventId = 30, Level = LogLevel.Information,
        Message = "The spool in {Path} holds {Items} payload(s) from before, {Bytes} bytes; they are sent once the collector answers.")]
    public partial void Holds(string path, int items, long bytes);

    [LoggerMessage(EventId = 35, Level = LogLevel.Warning, Message = "{File} is corrupt; it was set aside as {Aside}.")]
    public partial void SetAside(string file, string aside);

    [LoggerMessage(EventId = 36, Level = LogLevel.Warning, Message = "{File} cannot be read: {Reason}. Its payload is lost.")]
    public partial void Unreadable(string file, string reason);

    [LoggerMessage(EventId = 37, Level = LogLevel.Warning,
        Message = "{Items} payload(s) held in memory are lost: the spool in {Path} could not be written before the end.")]
    public partial void LostAtTheEnd(int items, string path);

    [LoggerMessage(EventId = 31, Level = LogLevel.Warning,
        Message = "The spool in {Path} cannot be used: {Reason}. Up to {Bytes} bytes (Export:Spool:MaxMemoryBytes) are held in memory "
            + "instead; logged once until it can.")]
    private partial void CannotWrite(string path, string reason, long bytes);

    [LoggerMessage(EventId = 32, Level = LogLevel.Information,
        Message = "The spool in {Path} can be used again; {Items} payload(s) went there from memory.")]
    private partial void WritesAgain(string path, int items);

    [LoggerMessage(EventId = 33, Level = LogLevel.Warning,
        Message = "The spool in {Path} drops its oldest payloads: {Reason}. Counted in tcp.agent.spool.dropped; logged once until it is empty.")]
    private partial void Drops(string path, string reason);
}
