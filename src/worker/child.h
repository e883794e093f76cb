// The worker's side: what `patrol internal-scan-worker` does, started by a server and by nobody else.
#pragma once

namespace patrol::worker {

// The exit code. Uses the descriptors of worker/process.h.
int run_worker_process();

}  // namespace patrol::worker
