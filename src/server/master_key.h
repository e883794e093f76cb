// The master key of a server: where it comes from, and its rotation. A rotation wraps every data key anew
// and touches no value. It may run beside the server and may be killed at any moment: until it is done,
// values are under the old key or the new one, and both are at hand; started again, it goes on.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "crypto/seal.h"
#include "server/configuration.h"
#include "store/store.h"

namespace patrol::server {

// Made in the data folder at the first start, unless another source is set.
Result<crypto::MasterKey> load_master_key(const Configuration& configuration);

struct Rewrapped {
    std::int64_t values = 0;      // wrapped anew
    std::int64_t unreadable = 0;  // under no key that is at hand, or damaged: left as they were
};
// Every value that `key` opens and that is under another key than `next` goes under `next`.
Result<Rewrapped> rewrap_all(store::Store& store, const crypto::MasterKey& key,
                             const crypto::MasterKey& next);

// After a start: what a server sealed under an old key while that was rotated goes under the present one.
Result<void> finish_rotation(const Configuration& configuration, store::Store& store,
                             const crypto::MasterKey& key);

struct Rotation {
    std::string from, to;  // ids
    Rewrapped rewrapped;
    std::filesystem::path old_file;  // of the old key, to be deleted; empty where the operator keeps the key
};
// `new_key_file`: where the new key is or is to be made, for keys of the environment or of a systemd
// credential, whose owner then puts it there. Kind::conflict while another rotation runs.
Result<Rotation> rotate_master_key(const Configuration& configuration,
                                   const std::filesystem::path& new_key_file);

}  // namespace patrol::server
