// Validates Kubernetes manifests (YAML on standard input) against the schemas that the Kubernetes API publishes: required
// fields, types, formats. One line a fault; exits with 1 when there is one.
//
//   node validate.mjs < manifests.yaml
import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";

const schemaOf = {
  "apps/v1 DaemonSet": "IoK8sApiAppsV1DaemonSet",
  "apps/v1 Deployment": "IoK8sApiAppsV1Deployment",
  "networking.k8s.io/v1 NetworkPolicy": "IoK8sApiNetworkingV1NetworkPolicy",
  "rbac.authorization.k8s.io/v1 ClusterRole": "IoK8sApiRbacV1ClusterRole",
  "rbac.authorization.k8s.io/v1 ClusterRoleBinding": "IoK8sApiRbacV1ClusterRoleBinding",
  "v1 ConfigMap": "IoK8sApiCoreV1ConfigMap",
  "v1 Service": "IoK8sApiCoreV1Service",
  "v1 ServiceAccount": "IoK8sApiCoreV1ServiceAccount",
};

let faults = 0;
function fault(text) {
  faults++;
  console.log(text);
}

for (const document of parseAllDocuments(readFileSync(0, "utf8"))) {
  for (const error of document.errors) fault(error.message);
  const manifest = document.toJS();
  if (manifest === null) continue;

  const name = `${manifest.apiVersion} ${manifest.kind}`;
  const schema = schemaOf[name];
  if (schema === undefined) {
    fault(`${name}: validate.mjs has no schema for it; add it to its table`);
    continue;
  }

  const { validate } = await import(`kubernetes-models/_schemas/${schema}`);
  if (!validate(manifest)) {
    for (const error of validate.errors) {
      fault(`${name} ${error.instancePath}: ${error.keyword} ${JSON.stringify(error.params)}`);
    }
  }
}

process.exitCode = faults === 0 ? 0 : 1;
