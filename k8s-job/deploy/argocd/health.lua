-- Health of a VirtualMesh for Argo CD: resource.customizations.health.networking.mesh.gloo.solo.io_VirtualMesh.
-- A rotation that waits for a person is healthy: it may last for days.
local health = { status = "Progressing", message = "weft has not processed it yet" }
local status = obj.status
if status == nil then
  return health
end
if status.observedGeneration ~= nil and status.observedGeneration ~= obj.metadata.generation then
  health.message = "weft has not processed its newest spec yet"
  return health
end
local conditions = {}
for _, condition in ipairs(status.conditions or {}) do
  if condition.type ~= nil then
    conditions[condition.type] = condition
  end
end
local ready, stalled = conditions.Ready, conditions.Stalled
local message = (ready and ready.message) or (status.errors and status.errors[1]) or ""
if (stalled and stalled.status == "True") or status.state == "INVALID" or status.state == "FAILED" then
  return { status = "Degraded", message = message }
end
if ready and ready.status == "True" then
  return { status = "Healthy", message = message }
end
health.message = message
return health
