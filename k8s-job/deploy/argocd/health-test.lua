-- lua health-test.lua health.lua - the health script, case by case; status 1 when one is wrong.
local rows = {
  { "no status yet", { metadata = { generation = 1 } }, "Progressing" },
  { "an older generation was processed",
    { metadata = { generation = 2 }, status = { observedGeneration = 1, state = "ACCEPTED", conditions = { { type = "Ready", status = "True" } } } },
    "Progressing" },
  { "its spec was never processed",
    { metadata = { generation = 1 }, status = { observedGeneration = 0, state = "ACCEPTED", conditions = { { type = "Ready", status = "Unknown" }, { type = "Reconciling", status = "True" } } } },
    "Progressing" },
  { "ready, while a rotation waits for a person",
    { metadata = { generation = 1 }, status = { observedGeneration = 1, state = "ACCEPTED", conditions = { { type = "Ready", status = "True", message = "m" }, { state = "VERIFYING" } } } },
    "Healthy" },
  { "stalled", { metadata = { generation = 1 }, status = { conditions = { { type = "Ready", status = "False" }, { type = "Stalled", status = "True" } } } }, "Degraded" },
  { "invalid, written by something without conditions", { metadata = { generation = 1 }, status = { state = "INVALID", errors = { "e" } } }, "Degraded" },
  { "failed", { metadata = { generation = 1 }, status = { state = "FAILED" } }, "Degraded" },
  { "pending", { metadata = { generation = 1 }, status = { state = "PENDING", conditions = { { type = "Ready", status = "Unknown", message = "not yet" } } } }, "Progressing" },
}
local bad = 0
for _, row in ipairs(rows) do
  obj = row[2]
  local health = dofile(arg[1])
  if health.status ~= row[3] then
    bad = bad + 1
    print(row[1] .. ": " .. health.status .. " instead of " .. row[3])
  end
end
os.exit(bad == 0 and 0 or 1)
