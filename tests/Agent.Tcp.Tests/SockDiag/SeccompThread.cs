using System.Runtime.InteropServices;
using Agent.Tcp.Tests.Support;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag;

/// <summary>Runs code on a thread of its own whose seccomp filter forbids netlink sockets, as sandboxes do.</summary>
internal static unsafe partial class SeccompThread
{
    private const int SetNoNewPrivileges = 38;
    private const int SetSeccomp = 22;
    private const nuint FilterMode = 2;

    private const ushort LoadWord = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort Return = 0x06;
    private const uint Allow = 0x7FFF0000;
    private const uint FailWith = 0x00050000;

    /// <summary>Offsets in <c>struct seccomp_data</c>, include/uapi/linux/seccomp.h (low word of the argument).</summary>
    private const uint SystemCall = 0;
    private const uint FirstArgument = 16;

    private const uint AddressFamilyNetlink = 16;

    public static void Run(int errno, Action body)
    {
        uint socket = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => 41,
            Architecture.Arm64 => 198,
            _ => 0,
        };
        Assert.SkipUnless(socket != 0, "the number of socket() on this architecture is not in this test");
        OwnThread.Run(() =>
        {
            Forbid(socket, errno);
            body();
        });
    }

    private static void Forbid(uint socket, int errno)
    {
        ReadOnlySpan<Instruction> program =
        [
            new(LoadWord, 0, 0, SystemCall),
            new(JumpIfEqual, 0, 3, socket),
            new(LoadWord, 0, 0, FirstArgument),
            new(JumpIfEqual, 0, 1, AddressFamilyNetlink),
            new(Return, 0, 0, FailWith | (uint)errno),
            new(Return, 0, 0, Allow),
        ];
        fixed (Instruction* instructions = program)
        {
            var filter = new Program { length = (ushort)program.Length, filter = instructions };
            Assert.Equal(0, prctl(SetNoNewPrivileges, 1, 0, 0, 0));
            int result = prctl(SetSeccomp, FilterMode, (nuint)(&filter), 0, 0);
            Assert.SkipUnless(
                result == 0,
                $"needs a kernel with seccomp filters: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    /// <summary><c>struct sock_filter</c>, include/uapi/linux/filter.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Instruction(ushort Code, byte IfTrue, byte IfFalse, uint Value);

    /// <summary><c>struct sock_fprog</c>, include/uapi/linux/filter.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Program
    {
        public ushort length;
        public Instruction* filter;
    }
}
