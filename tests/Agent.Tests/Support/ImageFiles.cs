namespace Agent.Tests.Support;

/// <summary>What is in the images, laid out by tests/tools/build-image.sh.</summary>
internal static class ImageFiles
{
    private const string Emulator = "/usr/bin/qemu-aarch64-static";

    private const string ForeignPlatform = "arm64";

    /// <summary>The root folder of a platform's image, or skips the test.</summary>
    public static string RootOf(string platform)
    {
        string root = Path.Combine(Repository.Root, "artifacts", "image", platform);
        Assert.SkipUnless(
            Directory.Exists(root),
            "The image is not there: run tests/tools/build-image.sh as root; it needs podman and debootstrap.");
        return root;
    }

    /// <summary>Starts the program of the arm64 image, with that image's libraries, by QEMU's user emulation, or skips the test.</summary>
    public static TestProcess StartForeign(string[] arguments, params KeyValuePair<string, string>[] environment)
    {
        string root = RootOf(ForeignPlatform);
        Assert.SkipUnless(File.Exists(Emulator), $"{Emulator} is not there: install qemu-user-static.");
        return TestProcess.Start(
            Emulator, ["-L", root, Path.Combine(root, "app", "agent"), .. arguments], AgentProgram.Environment(environment));
    }
}
