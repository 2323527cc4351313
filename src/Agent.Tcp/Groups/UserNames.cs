namespace Agent.Tcp.Groups;

/// <summary>
/// Names of users by uid, from this process's own <c>/etc/passwd</c>. Where the agent runs in a container, that is the
/// container's: a user of the node has no name there, or another one.
/// </summary>
internal sealed class UserNames
{
    private const string File = "/etc/passwd";

    private readonly Dictionary<uint, string> _names = [];

    public string? this[uint uid] => _names.GetValueOrDefault(uid);

    /// <summary>None where the file cannot be read.</summary>
    public static UserNames Read(string file = File)
    {
        var names = new UserNames();
        try
        {
            using var reader = new StreamReader(RegularFile.OpenRead(file));
            while (reader.ReadLine() is { } line)
            {
                names.Add(line);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A name is a convenience; the uid is what is told.
        }

        return names;
    }

    /// <summary><c>name:password:uid:…</c>; the first name of a uid is the one that getpwuid(3) gives.</summary>
    private void Add(string line)
    {
        string[] fields = line.Split(':');
        if (fields.Length > 2 && fields[0].Length > 0 && uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out uint uid))
        {
            _names.TryAdd(uid, fields[0]);
        }
    }
}
