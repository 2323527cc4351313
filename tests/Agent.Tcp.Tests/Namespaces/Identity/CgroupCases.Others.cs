namespace Agent.Tcp.Tests.Namespaces.Identity;

internal static partial class CgroupCases
{
    private static void AddContainers()
    {
        Container("Docker, cgroupfs, v1 (Ubuntu)",
            Everywhere("/docker/31cb02944da7a12196a193cf0e0f6c226d7c453a1db62e65ba98287593a2ee30"),
            "31cb02944da7a12196a193cf0e0f6c226d7c453a1db62e65ba98287593a2ee30");
        Container("Docker, systemd, v1 (CentOS)",
            Everywhere("/system.slice/docker-9ec39b91f3d70e1beff50a308f77067065ea6be0d91a3378375056cd4422cf3d.scope"),
            "9ec39b91f3d70e1beff50a308f77067065ea6be0d91a3378375056cd4422cf3d");
        Container("Docker, systemd, v2",
            "0::/system.slice/docker-3f2a1b4c5d6e7f8091a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b1c2d3e4.scope",
            "3f2a1b4c5d6e7f8091a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b1c2d3e4");
        Container("Docker, id at the root, v1 (Debian)",
            "10:net_prio:/4f797c539e6c745de61a93ca3ff892358ecbcaccd8414d5db545c38428142970\n9:perf_event:/4f797c539e6c745de61a93ca3ff892358ecbcaccd8414d5db545c38428142970",
            "4f797c539e6c745de61a93ca3ff892358ecbcaccd8414d5db545c38428142970");
        Container("Docker in Docker: the inner one's, v1 (RancherOS)",
            Everywhere("/docker/a9a5ad238e59234193ee7ec3fcff5e735b3708ea1068826952255b69e3cfa413/docker/ec08435e04266c5ba381fccbb829f626d11d8ddf5f8f547263c7a2d79ab4787a"),
            "ec08435e04266c5ba381fccbb829f626d11d8ddf5f8f547263c7a2d79ab4787a");
        Container("a service of a kind node: the node container's, v1",
            "9:cpuset:/docker/744ba5524431986481406cfd13382cbeb7e59a4739dec5ff8b458bc821969662/system.slice/containerd.service",
            "744ba5524431986481406cfd13382cbeb7e59a4739dec5ff8b458bc821969662");
        Container("podman, v2, crun's container cgroup below the scope",
            "0::/machine.slice/libpod-e9cf81e3b1d172752567c8fe6ac48c1c751b9237ab47bf55cbfd5a971a4a9519.scope/container",
            "e9cf81e3b1d172752567c8fe6ac48c1c751b9237ab47bf55cbfd5a971a4a9519");
        Container("podman, v2, runc",
            "0::/machine.slice/libpod-55ea3863351726184e26ca7418f577d04c96dac0009e1f088f6c0c7a1dc2ed7c.scope",
            "55ea3863351726184e26ca7418f577d04c96dac0009e1f088f6c0c7a1dc2ed7c");
        Container("podman, rootless, v2",
            "0::/user.slice/user-1001.slice/user@1001.service/user.slice/libpod-132ff0d72245e6f13a3bbc6cdc5376886897b60ac59eaa8dea1df7ab959cbf1c.scope/container",
            "132ff0d72245e6f13a3bbc6cdc5376886897b60ac59eaa8dea1df7ab959cbf1c");
        Container("podman, a systemd unit's (Quadlet), v2",
            "0::/system.slice/nginx.service/libpod-payload-9687bac58d5c4d1606aa46af33d1a21c1d1652e0ac9fb3fc0fc86e3495f42869",
            "9687bac58d5c4d1606aa46af33d1a21c1d1652e0ac9fb3fc0fc86e3495f42869");
        Container("podman, a rootless systemd unit's, v2",
            "0::/user.slice/user-1000.slice/user@1000.service/app.slice/redis.service/libpod-payload-e8c29da1a2f6c4bb032304f7dfbc5a767e026092c4a2fcbc830e58565f972f54",
            "e8c29da1a2f6c4bb032304f7dfbc5a767e026092c4a2fcbc830e58565f972f54");
        Container("containerd without a pod's parent (crictl), v1",
            "1:name=systemd:/system.slice/system-getty.slice/cri-containerd-0e768f8db752fcd648adb264498daa1d8f31562320e881d6a9ec593d24b1f779.scope",
            "0e768f8db752fcd648adb264498daa1d8f31562320e881d6a9ec593d24b1f779");
        Container("containerd's namespace for a parent, v2",
            "0::/k8s.io/1234567890abcdef1234567890abcdef1234567890abcdef1234567890abcdef",
            "1234567890abcdef1234567890abcdef1234567890abcdef1234567890abcdef");
        Container("from another cgroup namespace, containerd: the pod cannot be told",
            "0::/../cri-containerd-40c03570b6f4c30bc8d69923d37ee698f5cfcced92c7b7df1c47f6f7887378a9.scope",
            "40c03570b6f4c30bc8d69923d37ee698f5cfcced92c7b7df1c47f6f7887378a9");
        Container("from another cgroup namespace, CRI-O (KubeEdge): the pod cannot be told",
            "0::/../crio-45490e76e0878aaa4d9808f7d2eefba37f093c3efbba9838b6d8ab804d9bd814.scope",
            "45490e76e0878aaa4d9808f7d2eefba37f093c3efbba9838b6d8ab804d9bd814");
    }

    private static void AddOthers()
    {
        Other("a host process, v1", Everywhere("/"));
        Other("init, v2", "0::/init.scope");
        Other("the root of a cgroup namespace, v2", "0::/");
        Other("a session, v1", "13:name=systemd:/user/1000.user/c2.session\n12:pids:/\n11:hugetlb:/user/1000.user/c2.session");
        Other("the container runtime's service", "0::/system.slice/containerd.service");
        Other("Docker's service", "0::/system.slice/docker.service");
        Other("k3s's service", "0::/system.slice/k3s.service");
        Other("kubelet on Talos", "0::/kubelet");
        Other("the pods' root", "0::/kubepods.slice/kubepods-besteffort.slice");
        Other("podman's conmon", "0::/machine.slice/libpod-conmon-b6ce30d02945df4bbf8e8b7193b2c56ebb3cd10227dd7e59d7f7cdc2cfa2a307.scope");
        Other("CRI-O's conmon in system.slice", "0::/system.slice/crio-conmon-e0c85fe7644a858988d9687c2e0736a7d31922740d0f3e001c6b2e0aa7e5f528.scope");
        Other("podman's pause process, rootless", "0::/user.slice/user-1000.slice/user@1000.service/user.slice/podman-6696.scope");
        Other("BuildKit", "0::/docker/buildkit/t4967jvf8rbufklrhkicskyes");
        Other("LXC", "0::/lxc.payload.waydroid");
        Other("LXC, a service inside", "0::/lxc.payload.gha-fleet_worker/system.slice/actions.runner.one-job.service");
        Other("LXC before 3.1, v1", "4:memory:/lxc/mysql-1/system.slice");
        Other("systemd-nspawn", "0::/machine.slice/machine-focal.scope/payload");
        Other("libvirt", "0::/machine.slice/machine-qemu\\x2d3\\x2dweb\\x2d01.scope/libvirt/emulator");
        Other("a name that only begins like a pod's", "0::/kubepods.slice/kubepods-podrunner.slice/podman.service");
        Other("an id that is cut short", "0::/docker/31cb02944da7a12196a193cf0e0f6c226d7c453a1db62e65ba98287593a2ee3");
        Other("an id of other characters", "0::/docker/zzcb02944da7a12196a193cf0e0f6c226d7c453a1db62e65ba98287593a2ee30");
        Other("nothing", "");
        Other("no cgroup at all", "garbage without colons");
    }
}
