namespace Agent.Tcp.Namespaces.Discovery;

/// <summary>A process as the listing of the proc root shows it.</summary>
/// <param name="Pid">Its number, which the kernel gives again to another process when it has gone.</param>
/// <param name="Directory">
/// <c>d_ino</c> of its directory. The kernel numbers the directory anew for each process (fs/proc/base.c,
/// <c>proc_pid_make_inode</c>) and throws the old one away when the process is reaped (<c>proc_flush_pid</c>): the
/// same number is the same process, another one is another process or a directory that memory pressure evicted.
/// </param>
internal readonly record struct ListedProcess(int Pid, ulong Directory) : IComparable<ListedProcess>
{
    public static bool operator <(ListedProcess left, ListedProcess right) => left.CompareTo(right) < 0;

    public static bool operator >(ListedProcess left, ListedProcess right) => left.CompareTo(right) > 0;

    public static bool operator <=(ListedProcess left, ListedProcess right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ListedProcess left, ListedProcess right) => left.CompareTo(right) >= 0;

    public int CompareTo(ListedProcess other) => Pid.CompareTo(other.Pid);
}
