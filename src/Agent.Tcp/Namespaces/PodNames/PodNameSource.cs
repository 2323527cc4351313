namespace Agent.Tcp.Namespaces.PodNames;

/// <summary>
/// Names of pods: by UID from <c>/var/log/pods</c>, which the kubelet creates for root alone (0750), and by container ID
/// and by UID from the links in <c>/var/log/containers</c>, which every user may list. Optional: where neither can be listed there are no names,
/// which is logged once. Not thread-safe.
/// </summary>
internal sealed partial class PodNameSource(PodLogDirectory? byUid, PodLogDirectory? byContainer, ILogger logger)
{
    /// <summary>A pod has a few containers; every restart of one adds an ID, of which the latest are kept.</summary>
    public const int MostContainers = 32;

    private readonly Dictionary<string, Pod> _pods = new(StringComparer.Ordinal);
    private bool _isLogged;

    /// <summary>The source that the options name; null when both directories are switched off.</summary>
    public static PodNameSource? Create(TcpInstrumentationOptions options, TimeProvider time, ILogger logger)
    {
        PodLogDirectory? byUid = options.PodLogs.Length == 0 ? null : new(options.PodLogs, PodLogName.TryParse, time);
        PodLogDirectory? byContainer =
            options.ContainerLogs.Length == 0 ? null : new(options.ContainerLogs, PodLogName.TryParseLink, time);
        return byUid is null && byContainer is null ? null : new PodNameSource(byUid, byContainer, logger);
    }

    /// <summary>
    /// A process of a pod was seen in a container. The sandbox's own (pause) has no link, and a link's target need not tell the
    /// UID, so that every container of the pod is asked for.
    /// </summary>
    public void Add(string uid, string? containerId)
    {
        Pod pod = GetOrAdd(uid);
        if (byContainer is null || containerId is null || pod.Name is not null || pod.Containers.Contains(containerId))
        {
            return;
        }

        if (pod.Containers.Count == MostContainers)
        {
            byContainer.Forget(pod.Containers[0]);
            pod.Containers.RemoveAt(0);
        }

        pod.Containers.Add(containerId);
        byContainer.Want(containerId);
    }

    /// <summary>Asks for a pod's name. It is known after <see cref="Update"/>, if at all.</summary>
    public void Want(string uid) => GetOrAdd(uid);

    /// <summary>Lists what is due.</summary>
    public void Update()
    {
        byUid?.Update();
        byContainer?.Update();
        Log();
    }

    public PodName? Find(string uid)
    {
        if (!_pods.TryGetValue(uid, out Pod? pod))
        {
            return null;
        }

        if (pod.Name is null && Look(uid, pod) is { } name)
        {
            pod.Name = name;
            Release(uid, pod);
        }

        return pod.Name;
    }

    /// <summary>The pod has gone.</summary>
    public void Forget(string uid)
    {
        if (_pods.Remove(uid, out Pod? pod))
        {
            Release(uid, pod);
        }
    }

    private Pod GetOrAdd(string uid)
    {
        if (!_pods.TryGetValue(uid, out Pod? pod))
        {
            _pods.Add(uid, pod = new Pod());
            byUid?.Want(uid);
            byContainer?.Want(uid);
        }

        return pod;
    }

    private PodName? Look(string uid, Pod pod)
    {
        if ((byUid?.Find(uid) ?? byContainer?.Find(uid)) is { } name)
        {
            return name;
        }

        foreach (string container in pod.Containers)
        {
            if (byContainer!.Find(container) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Nothing is looked for on its behalf any more.</summary>
    private void Release(string uid, Pod pod)
    {
        byUid?.Forget(uid);
        byContainer?.Forget(uid);
        foreach (string container in pod.Containers)
        {
            byContainer!.Forget(container);
        }

        pod.Containers.Clear();
    }

    private void Log()
    {
        bool isRefused = (byUid is null || byUid.Fault is not null) && (byContainer is null || byContainer.Fault is not null);
        if (isRefused && !_isLogged)
        {
            string reasons = string.Join("; ", new[] { byUid?.Fault, byContainer?.Fault }.OfType<string>());
            NamesUnknown(reasons);
        }

        _isLogged = isRefused;
    }

    [LoggerMessage(
        EventId = 20,
        Level = LogLevel.Information,
        Message = "Pods are reported by UID only: {Reasons}. Mount the node's /var/log/containers read-only for names (setting Tcp:ContainerLogs). Logged once.")]
    private partial void NamesUnknown(string reasons);

    private sealed class Pod
    {
        public PodName? Name { get; set; }

        public List<string> Containers { get; } = [];
    }
}
