namespace Agent.Tcp.Namespaces.PodNames;

/// <summary>
/// Names of pods from the entries of a directory that the kubelet keeps, by a key that each entry's name holds, and, where
/// an entry is a link into <c>/var/log/pods</c>, by the UID in its target. The entries are listed, never opened or followed.
/// Where it cannot be listed there are no names. Not thread-safe.
/// </summary>
/// <remarks>
/// The directory is listed only when a key is wanted whose name is not known, at most once in <see cref="MinInterval"/>;
/// a key that was not there (another runtime's pod) is looked for again every <see cref="RetryInterval"/>. Only names
/// that were asked for are kept, as the directory also holds those of finished jobs.
/// </remarks>
internal sealed class PodLogDirectory(string path, PodLogDirectory.Parser parse, TimeProvider time)
{
    public static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, PodName?> _names = new(StringComparer.Ordinal);
    private long? _listed;
    private bool _hasNewcomer;
    private bool _hasUnnamed;

    /// <summary>Reads the name of an entry; false when the kubelet did not write it.</summary>
    public delegate bool Parser(ReadOnlySpan<char> entry, out string key, out PodName name);

    /// <summary>How often the directory was listed.</summary>
    public int Listings { get; private set; }

    /// <summary>Why the last listing failed; null when it did not, or there was none.</summary>
    public string? Fault { get; private set; }

    /// <summary>Asks for the name that belongs to a key. It is known after <see cref="Update"/>, if at all.</summary>
    public void Want(string key)
    {
        if (_names.TryAdd(key, null))
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

    public PodName? Find(string key) => _names.GetValueOrDefault(key);

    /// <summary>The key is of no interest any more.</summary>
    public void Forget(string key)
    {
        if (_names.Remove(key))
        {
            _hasUnnamed = _names.ContainsValue(null);
            _hasNewcomer &= _hasUnnamed;
        }
    }

    private void Found(string key, PodName name)
    {
        if (_names.ContainsKey(key))
        {
            _names[key] = name;
        }
    }

    private void List()
    {
        Listings++;
        try
        {
            foreach (string entry in Directory.EnumerateFileSystemEntries(path))
            {
                if (parse(Path.GetFileName(entry.AsSpan()), out string key, out PodName name))
                {
                    Found(key, name);
                }

                if (new FileInfo(entry).LinkTarget is { } target && PodLogName.TryParseTarget(target, out string uid, out name))
                {
                    Found(uid, name);
                }
            }

            Fault = null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Fault = path + exception switch
            {
                UnauthorizedAccessException => " may not be listed by this user",
                DirectoryNotFoundException => " does not exist",
                _ => $" cannot be listed: {exception.Message}",
            };
        }
    }
}
