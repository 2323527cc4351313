namespace Agent.Tcp.Interop;

/// <summary>Error numbers of include/uapi/asm-generic/errno.h that are told apart; the same on all of .NET's Linux targets.</summary>
internal static class Errno
{
    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int ESRCH = 3;
    public const int EINTR = 4;
    public const int EACCES = 13;
    public const int ENOTDIR = 20;
    public const int EINVAL = 22;
}
