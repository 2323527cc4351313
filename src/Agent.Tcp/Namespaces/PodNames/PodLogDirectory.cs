using Microsoft.Extensions.Logging;

namespace Agent.Tcp.Namespaces.PodNames;

/// <summary>
/// Names of pods from the directories that the kubelet keeps their logs in. Optional: where they cannot be listed
/// there are no names, which is logged once. Not thread-safe.
/// </summary>
/// <remarks>
/// The directory is listed only when a pod appears whose name is not known, at most once in <see cref="MinInterval"/>;
/// a pod that was not there (another runtime's) is looked for again every <see cref="RetryInterval"/>. Only names of
/// pods that were asked for are kept, as the directory also holds those of finished jobs.
/// </remarks>
internal sealed partial class PodLogDirectory(string path, TimeProvider time, ILogger logger)
{
    public const string DefaultPath = "/var/log/pods";

    public static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, PodName?> _names = new(StringComparer.Ordinal);
    private long? _listed;
    private bool _hasNewcomer;
    private bool _hasUnnamed;
    private bool _isLogged;

    /// <summary>How often the directory was listed.</summary>
    public int Listings { get; private set; }

    /// <summary>Asks for a pod's name. It is known after <see cref="Update"/>, if at all.</summary>
    public void Want(string uid)
    {
        if (_names.TryAdd(uid, null))
        {
            _hasNewcomer = true;
        }
    }

    /// <summary>Lists the directory if that is due.</summary>
    public void Update()
    {
        if (!_hasNewcomer && !_hasUnnamed)
        {
            return;
        }

        TimeSpan wait = _hasNewcomer ? MinInterval : RetryInterval;
        if (_listed is { } last && time.GetElapsedTime(last) < wait)
        {
            return;
        }

        _listed = time.GetTimestamp();
        _hasNewcomer = false;
        List();
        _hasUnnamed = _names.ContainsValue(null);
    }

    public PodName? Find(string uid) => _names.GetValueOrDefault(uid);

    /// <summary>The pod has gone.</summary>
    public void Forget(string uid) => _names.Remove(uid);

    private void List()
    {
        Listings++;
        try
        {
            foreach (string directory in Directory.EnumerateDirectories(path))
            {
                if (PodLogName.TryParse(Path.GetFileName(directory.AsSpan()), out string uid, out PodName name)
                    && _names.ContainsKey(uid))
                {
                    _names[uid] = name;
                }
            }

            _isLogged = false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (!_isLogged)
            {
                _isLogged = true;
                NamesUnknown(path, exception switch
                {
                    UnauthorizedAccessException => "this user may not list it",
                    DirectoryNotFoundException => "it does not exist",
                    _ => exception.Message,
                });
            }
        }
    }

    [LoggerMessage(
        EventId = 20,
        Level = LogLevel.Information,
        Message = "Pods are reported by UID only: {Path} is not listed: {Reason}. Mount it read-only for names (setting Tcp:PodLogs). Logged once.")]
    private partial void NamesUnknown(string path, string reason);
}
