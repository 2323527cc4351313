namespace Agent.Tcp.Tests.Namespaces.Identity;

internal static partial class CgroupCases
{
    private static void AddSystemdPods()
    {
        Pod("containerd, besteffort, v2",
            "0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod7fda01c4_0ece_403d_88b4_c371d66d132a.slice/cri-containerd-e58a24d4a722c99712cff74ef69d93311089584eb32617b3890e0dcb996133f1.scope",
            "7fda01c4-0ece-403d-88b4-c371d66d132a", "e58a24d4a722c99712cff74ef69d93311089584eb32617b3890e0dcb996133f1");
        Pod("containerd, burstable, v2 (EKS)",
            "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-poddde1244b_5bb5_4297_b544_85f3bc0d80bf.slice/cri-containerd-40c03570b6f4c30bc8d69923d37ee698f5cfcced92c7b7df1c47f6f7887378a9.scope",
            "dde1244b-5bb5-4297-b544-85f3bc0d80bf", "40c03570b6f4c30bc8d69923d37ee698f5cfcced92c7b7df1c47f6f7887378a9");
        Pod("containerd, guaranteed: no QoS level",
            "0::/kubepods.slice/kubepods-podd80f4a0e_576f_47a8_a0cf_69dc23dc1980.slice/cri-containerd-d36686f9785534531160dc936aec9d711a26eb37f4fc7752a2ae27d0a24345c1.scope",
            "d80f4a0e-576f-47a8-a0cf-69dc23dc1980", "d36686f9785534531160dc936aec9d711a26eb37f4fc7752a2ae27d0a24345c1");
        Pod("containerd, static pod: a hash for a UID",
            "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod7260904bbd08e72e4dff95d9fccd2ee8.slice/cri-containerd-40c03570b6f4c30bc8d69923d37ee698f5cfcced92c7b7df1c47f6f7887378a9.scope",
            "7260904bbd08e72e4dff95d9fccd2ee8", "40c03570b6f4c30bc8d69923d37ee698f5cfcced92c7b7df1c47f6f7887378a9");
        Pod("containerd, v1 (Bottlerocket)",
            Everywhere("/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-poddd1bf9d1_241d_47f5_8e25_12de83135812.slice/cri-containerd-f45298cd514d1930c4fe3afc4412e59547f7e3148fddd22ca33cefce046eb830.scope"),
            "dd1bf9d1-241d-47f5-8e25-12de83135812", "f45298cd514d1930c4fe3afc4412e59547f7e3148fddd22ca33cefce046eb830");
        Pod("containerd without its systemd driver: slice, prefix and id in one name, v1",
            "11:perf_event:/kubepods-besteffort-pod0125ec2f_b64a_4868_8f5b_94b56cbab864.slice:cri-containerd:ee4b20e90ac7f42a10bd004d05646b13d8ab5e2c5e7cbc01abf8006bac016459\n10:blkio:/system.slice/containerd.service/kubepods-besteffort-pod0125ec2f_b64a_4868_8f5b_94b56cbab864.slice:cri-containerd:ee4b20e90ac7f42a10bd004d05646b13d8ab5e2c5e7cbc01abf8006bac016459",
            "0125ec2f-b64a-4868-8f5b-94b56cbab864", "ee4b20e90ac7f42a10bd004d05646b13d8ab5e2c5e7cbc01abf8006bac016459");
        Pod("the same in system.slice, v2",
            "0::/system.slice/kubepods-burstable-pod22fd933a_ee61_46bd_93ae_ebace73c1160.slice:cri-containerd:3a31a360e5aea903274416e0c4cf8ca8c050fd523cc5d91a82ec5707d5ee9fa1",
            "22fd933a-ee61-46bd-93ae-ebace73c1160", "3a31a360e5aea903274416e0c4cf8ca8c050fd523cc5d91a82ec5707d5ee9fa1");
        Pod("the same, guaranteed, v1",
            "11:devices:/system.slice/containerd.service/kubepods-pod87a18a64_b74a_454a_b10b_a4a36059d0a3.slice:cri-containerd:05c48c82caff3be3d7f1e896981dd410e81487538936914f32b624d168de9db0",
            "87a18a64-b74a-454a-b10b-a4a36059d0a3", "05c48c82caff3be3d7f1e896981dd410e81487538936914f32b624d168de9db0");
        Pod("CRI-O, v1 (minikube)",
            "9:devices:/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod561fd272_d131_47ef_a01b_46a997a778f3.slice/crio-030ded69d4c98fcf69c988f75a5eb3a1b4357e1432bd5510c936a40d7e9a1198.scope",
            "561fd272-d131-47ef-a01b-46a997a778f3", "030ded69d4c98fcf69c988f75a5eb3a1b4357e1432bd5510c936a40d7e9a1198");
        Pod("CRI-O, v2, crun's container cgroup below the scope",
            "0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-podc8bad552_5c99_4d4f_b71c_c426c0cde014.slice/crio-15b6e0c6490cad17fcf69eb837794349b4df96f84ba96c6be9828fe281c055a9.scope/container",
            "c8bad552-5c99-4d4f-b71c-c426c0cde014", "15b6e0c6490cad17fcf69eb837794349b4df96f84ba96c6be9828fe281c055a9");
        Pod("CRI-O's conmon in the pod's slice: the pod's, no container",
            "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod207aaad1_659f_4db8_88e0_46e0cdcc3004.slice/crio-conmon-32da98c8522068be05a7510a3eddb09cad6ed2f03286180d0e931d0d0b6224a6.scope",
            "207aaad1-659f-4db8-88e0-46e0cdcc3004");
        Pod("Docker, v1",
            Everywhere("/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod045b1e35_7f13_11e7_ac42_0050568ffca0.slice/docker-b5b6f2da8008be266864f896f93789762b2ce50792114a5c5f2cc3315af0bc70.scope"),
            "045b1e35-7f13-11e7-ac42-0050568ffca0", "b5b6f2da8008be266864f896f93789762b2ce50792114a5c5f2cc3315af0bc70");
        Pod("Docker, dashes kept in the slice's name",
            "5:memory:/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod2c48913c-b29f-11e7-9350-020968147796.slice/docker-9bca8d63d5fa610783847915bcff0ecac1273e5b4bed3f6fa1b07350e0135961.scope",
            "2c48913c-b29f-11e7-9350-020968147796", "9bca8d63d5fa610783847915bcff0ecac1273e5b4bed3f6fa1b07350e0135961");
        Pod("a process left in a cgroup that was removed",
            "0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod7fda01c4_0ece_403d_88b4_c371d66d132a.slice/cri-containerd-e58a24d4a722c99712cff74ef69d93311089584eb32617b3890e0dcb996133f1.scope (deleted)",
            "7fda01c4-0ece-403d-88b4-c371d66d132a", "e58a24d4a722c99712cff74ef69d93311089584eb32617b3890e0dcb996133f1");
        Pod("the pod's own cgroup, of which a process is in no container",
            "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1c178021_5860_4495_a1ab_f9ac17877672.slice",
            "1c178021-5860-4495-a1ab-f9ac17877672");
    }

    private static void AddCgroupfsPods()
    {
        Pod("Docker or containerd, besteffort, v1",
            Everywhere("/kubepods/besteffort/pod74ba62da-1a3d-11e7-bb11-080027cb0e22/cb1eadb7abe3a6545e9856411207073277838e1bdc003337c2f8685faeedc32c"),
            "74ba62da-1a3d-11e7-bb11-080027cb0e22", "cb1eadb7abe3a6545e9856411207073277838e1bdc003337c2f8685faeedc32c");
        Pod("burstable, v2 (GKE)",
            "0::/kubepods/burstable/pod4a163a05-439d-484b-8e53-2968bc15824f/40c03570b6f4c30bc8d69923d37ee698f5cfcced92c7b7df1c47f6f7887378a9",
            "4a163a05-439d-484b-8e53-2968bc15824f", "40c03570b6f4c30bc8d69923d37ee698f5cfcced92c7b7df1c47f6f7887378a9");
        Pod("guaranteed: no QoS level, v2",
            "0::/kubepods/pod2c48913c-b29f-11e7-9350-020968147796/9bca8d63d5fa610783847915bcff0ecac1273e5b4bed3f6fa1b07350e0135961",
            "2c48913c-b29f-11e7-9350-020968147796", "9bca8d63d5fa610783847915bcff0ecac1273e5b4bed3f6fa1b07350e0135961");
        Pod("static pod, v2 (GKE)",
            "0::/kubepods/burstable/podb53dfa9e2dc9b890f7fadb2770857b03/40c03570b6f4c30bc8d69923d37ee698f5cfcced92c7b7df1c47f6f7887378a9",
            "b53dfa9e2dc9b890f7fadb2770857b03", "40c03570b6f4c30bc8d69923d37ee698f5cfcced92c7b7df1c47f6f7887378a9");
        Pod("k3s, hybrid hierarchies: the unified one holds only the service",
            "2:cpuset:/kubepods/besteffort/pod8bd7f8dd-1676-4eed-a5fa-aeb5b769d9f5/8b4bad1ca396b50bcb33d8b2068bcc6685f2386260d2dcfaec8327cde52afa33\n1:name=systemd:/kubepods/besteffort/pod8bd7f8dd-1676-4eed-a5fa-aeb5b769d9f5/8b4bad1ca396b50bcb33d8b2068bcc6685f2386260d2dcfaec8327cde52afa33\n0::/system.slice/k3s.service",
            "8bd7f8dd-1676-4eed-a5fa-aeb5b769d9f5", "8b4bad1ca396b50bcb33d8b2068bcc6685f2386260d2dcfaec8327cde52afa33");
        Pod("a hierarchy that is not used stands at the root, v1",
            "8:pids:/kubepods/besteffort/pod1fe19bf5-e8ef-11e8-900c-52daee5a874d/da31e536c8d61304a6d5998d163d12400a7a9a1003e1d86369e8fadb022fc17d\n3:rdma:/\n1:name=systemd:/kubepods/besteffort/pod1fe19bf5-e8ef-11e8-900c-52daee5a874d/da31e536c8d61304a6d5998d163d12400a7a9a1003e1d86369e8fadb022fc17d",
            "1fe19bf5-e8ef-11e8-900c-52daee5a874d", "da31e536c8d61304a6d5998d163d12400a7a9a1003e1d86369e8fadb022fc17d");
        Pod("a cgroup that kube-proxy made below its container's, v1",
            Everywhere("/kubepods/besteffort/podf8a694f2-7c08-11e9-98da-000c29077430/c04e0a88a1de067f25bece337d4dbb897396e0b623c2a65330850fc9823f1903/kube-proxy"),
            "f8a694f2-7c08-11e9-98da-000c29077430", "c04e0a88a1de067f25bece337d4dbb897396e0b623c2a65330850fc9823f1903");
        Pod("CRI-O's conmon in the pod's cgroup, v1",
            "3:memory:/kubepods/burstable/pod5884dc6c-5b0c-11e9-90bc-525400cfa589/crio-conmon-f105771f71cfaeed86175bc2bc10f9925c75d12b749231716dfe9f86e640ff0a",
            "5884dc6c-5b0c-11e9-90bc-525400cfa589");
        Pod("Docker Desktop: kubepods twice",
            "4:memory:/kubepods/kubepods/besteffort/pod6bd2a4d3-a55a-4450-b6fd-2a7ecc72c904/a55d9ac3b312d8a2627824b6d6dd8af66fbec439bf4e0ec22d6d9945ad337a38",
            "6bd2a4d3-a55a-4450-b6fd-2a7ecc72c904", "a55d9ac3b312d8a2627824b6d6dd8af66fbec439bf4e0ec22d6d9945ad337a38");
        Pod("from another cgroup namespace, another QoS class",
            "0::/../../../burstable/pod095e82d2-713c-467a-a18a-cbb50a075296/6d1234da0f5aa7fa0ccae4c7d2d109929eb9a81694e6357bcd4547ab3985911b",
            "095e82d2-713c-467a-a18a-cbb50a075296", "6d1234da0f5aa7fa0ccae4c7d2d109929eb9a81694e6357bcd4547ab3985911b");
        Pod("from another cgroup namespace, the same QoS class, static pod",
            "0::/../../pode039200acb850c82bb901653cc38ff6e/58452031ab6dcaa4fe3ff91f8a46fd41a4a2405586f3cf3d5cb9c93b5bcf62cc",
            "e039200acb850c82bb901653cc38ff6e", "58452031ab6dcaa4fe3ff91f8a46fd41a4a2405586f3cf3d5cb9c93b5bcf62cc");
        Pod("another cgroup root",
            "4:memory:/something/poda2830d0d-b0f0-4ff0-81b5-0ee4e299cf80/09bc3d7ade839efec32b6bec4ec79d099027a668ddba043083ec21d3c3b8f1e6",
            "a2830d0d-b0f0-4ff0-81b5-0ee4e299cf80", "09bc3d7ade839efec32b6bec4ec79d099027a668ddba043083ec21d3c3b8f1e6");
    }

    private static void AddNestedPods()
    {
        Pod("kind, systemd driver, v2",
            "0::/docker/8afe480d66074930353da456a1344caca810fe31c1e31f6e08c95a66887235d6/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/kubelet-kubepods-besteffort-pod44c76ce5_f953_4bd3_bc89_12621681af49.slice/cri-containerd-40c03570b6f4c30bc8d69923d37ee698f5cfcced92c7b7df1c47f6f7887378a9.scope",
            "44c76ce5-f953-4bd3-bc89-12621681af49", "40c03570b6f4c30bc8d69923d37ee698f5cfcced92c7b7df1c47f6f7887378a9");
        Pod("kind, systemd driver inside and outside, v2",
            "0::/system.slice/docker-3350ade4226f0adcd9e4e9545d7c2a16a5aa362d12315f2a88e2024cea1246cf.scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/kubelet-kubepods-besteffort-podb6a16766_05ee_446a_8ee5_ff96a817f47c.slice/cri-containerd-679f3691f7f1b20198548be43b86f265f9fff9be0ac4c973638f5ee89decbca9.scope",
            "b6a16766-05ee-446a-8ee5-ff96a817f47c", "679f3691f7f1b20198548be43b86f265f9fff9be0ac4c973638f5ee89decbca9");
        Pod("kind, cgroupfs driver, v1",
            "9:cpuset:/docker/744ba5524431986481406cfd13382cbeb7e59a4739dec5ff8b458bc821969662/kubelet/kubepods/besteffort/pod3716cd27-4591-40fc-9dae-3851142b1d51/e06769b086acea415152f733574033db4dc5e81c9a8f6563648fd5f3b60227af",
            "3716cd27-4591-40fc-9dae-3851142b1d51", "e06769b086acea415152f733574033db4dc5e81c9a8f6563648fd5f3b60227af");
        Pod("kind before kubelet.slice, v1",
            "9:cpuset:/docker/93529524695bb00d91c1f6dba692ea8d3550c3b94fb2463af7bc9ec82f992d26/kubepods/besteffort/poda2830d0d-b0f0-4ff0-81b5-0ee4e299cf80/09bc3d7ade839efec32b6bec4ec79d099027a668ddba043083ec21d3c3b8f1e6",
            "a2830d0d-b0f0-4ff0-81b5-0ee4e299cf80", "09bc3d7ade839efec32b6bec4ec79d099027a668ddba043083ec21d3c3b8f1e6");
        Pod("kind seen from inside its node, static pod, v2",
            "0::/kubelet/kubepods/burstable/pod46dac9a538838115821dfd9559149484/972055640bc63f5c4d894145950cf92cdfb524dcf049fbe6aee47bf23facf297",
            "46dac9a538838115821dfd9559149484", "972055640bc63f5c4d894145950cf92cdfb524dcf049fbe6aee47bf23facf297");
        Pod("kind on podman, v2",
            "0::/machine.slice/libpod-cbdfa0f1f08763b1963c30d98e11e1f052cb67f1e9b7c0ab8a6ca6c70cbcad69.scope/container/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/kubelet-kubepods-besteffort-pod6eab3b7b_f0a6_4bb8_bff2_d5bc9017c04b.slice/cri-containerd-5ebf11e02dbde102cda4b76bc0e3849a65f9edac7a12bdabfd34db01b9556101.scope",
            "6eab3b7b-f0a6-4bb8-bff2-d5bc9017c04b", "5ebf11e02dbde102cda4b76bc0e3849a65f9edac7a12bdabfd34db01b9556101");
        Pod("kind, hybrid hierarchies: v1 knows the node, v2 the pod",
            "11:perf_event:\n10:freezer:/docker/a2ffe0e97ac22657a2a023ad628e9df837c38a03b1ebc904d3f6d644eb1a1a81\n0::/docker/8afe480d66074930353da456a1344caca810fe31c1e31f6e08c95a66887235d6/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/kubelet-kubepods-besteffort-pod44c76ce5_f953_4bd3_bc89_12621681af49.slice/cri-containerd-40c03570b6f4c30bc8d69923d37ee698f5cfcced92c7b7df1c47f6f7887378a9.scope",
            "44c76ce5-f953-4bd3-bc89-12621681af49", "40c03570b6f4c30bc8d69923d37ee698f5cfcced92c7b7df1c47f6f7887378a9");
        Pod("minikube on Docker with CRI-O, v2",
            "0::/docker/d6701ec289c56e4391acb11d07474b3139466857a305490575508a8b7a9fcf22/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod2ca4a155_3599_498d_bb9d_4446693fa3ea.slice/crio-0ba8ac17e4e7a31fb82279503552fe94e64bab4745bf6fd2ff231e7c8ca8bed0.scope",
            "2ca4a155-3599-498d-bb9d-4446693fa3ea", "0ba8ac17e4e7a31fb82279503552fe94e64bab4745bf6fd2ff231e7c8ca8bed0");
        Pod("k3d: kubepods below Docker's scope, v2",
            "0::/system.slice/docker-40c03570b6f4c30bc8d69923d37ee698f5cfcced92c7b7df1c47f6f7887378a9.scope/kubepods/burstable/podc55ba69a-e39f-44af-925d-c4794fd57878/264c1e319d1f6080a48a9fabcf9ac8fd9afd9a5930cf35e8d0eeb03b258c3152",
            "c55ba69a-e39f-44af-925d-c4794fd57878", "264c1e319d1f6080a48a9fabcf9ac8fd9afd9a5930cf35e8d0eeb03b258c3152");
        Pod("a hosted CI job's node, v1",
            "7:freezer:/actions_job/e62ef4349cc5a70f4b49f8a150ace391da6ad6df27073c83ecc03dbf81fde1ce/kubepods/burstable/poda1de58db0ce81d19df7999f6808def1b/5df53230fe3483fd65f341923f18a477fda92ae9cd71061168130ef164fe479c",
            "a1de58db0ce81d19df7999f6808def1b", "5df53230fe3483fd65f341923f18a477fda92ae9cd71061168130ef164fe479c");
        Pod("Mesos in Mesos, v1",
            "9:cpuset:/mesos/3b1cf944-1d97-40a6-ac73-b156ac2f2bfe/mesos/077d75a1-d7b6-4e55-8114-13f925fe4f49/kubepods/besteffort/pod8e18d5f1-1421-42b7-8151-fb1c3be4bd4d/e73c55f3e7f5b6a9cfc32a89bf13e44d348bcc4fa7b079f804d61fb1532ddbe5",
            "8e18d5f1-1421-42b7-8151-fb1c3be4bd4d", "e73c55f3e7f5b6a9cfc32a89bf13e44d348bcc4fa7b079f804d61fb1532ddbe5");
        Pod("a pod of a cluster in a pod: the inner one's",
            "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod33baea74_f206_4f95_9893_c56282acda4e.slice/cri-containerd-d7dfb4a21fe1703a8537e60d5af248af729315d187b24a538102d14874c8117d.scope/kubepods/burstable/pod404bd273-57bc-4508-a386-e2b76d3c9cfe/3aaaa76f09e1de6bb75e84f9c15b737a2d590f69757953e3ec262bd5861dc15b",
            "404bd273-57bc-4508-a386-e2b76d3c9cfe", "3aaaa76f09e1de6bb75e84f9c15b737a2d590f69757953e3ec262bd5861dc15b");
        Pod("Docker in a pod: the pod's",
            "4:memory:/kubepods/burstable/pod4a163a05-439d-484b-8e53-2968bc15824f/40c03570b6f4c30bc8d69923d37ee698f5cfcced92c7b7df1c47f6f7887378a9/docker/951e643e3c241b225b6284ef2b79a37c13fc64cbf65b5d46bda95fcb98fe63a4",
            "4a163a05-439d-484b-8e53-2968bc15824f", "951e643e3c241b225b6284ef2b79a37c13fc64cbf65b5d46bda95fcb98fe63a4");
    }
}
