// A resource as the inventory knows it. Its key is (account, type, scope, native id).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/cloud_account.h"
#include "model/ids.h"

namespace patrol::model {

// What a scan hands to the store for one resource: already redacted and hashed.
struct ScannedResource {
    std::string native_id;
    std::string arn;  // may be empty
    std::string name;
    std::string region;  // "global" for global types
    Labels tags;
    bool tags_known = true;
    std::string document;                 // redacted, compact JSON text, whole
    std::string hash;                     // 32 bytes: SHA-256 of the canonical form
    std::vector<std::string> terms;       // searchable: IPs, DNS names (lower case)
    std::vector<std::string> references;  // identifiers of other resources that the document names
};

struct Resource {
    ResourceId id;
    AccountId account;
    std::string type;
    std::string scope;
    std::string native_id;
    std::string arn;
    std::string name;
    std::string region;
    std::string category;
    Labels tags;
    Timestamp first_seen;
    Timestamp last_changed;
    std::optional<Timestamp> stale_since;  // not read since then: never called deleted
    std::optional<Timestamp> removed_at;   // read completely and not there any more
    std::string document;                  // only where asked for
};

struct ResourceVersion {
    std::int64_t first_seq = 0, last_seq = 0;  // last_seq of a live version: the newest snapshot
    Timestamp from, until;                     // until unset while live
    bool live = false;
    std::string hash;
    std::string document;
};

enum class ChangeOp { added, removed, modified };
struct SnapshotChange {
    ChangeOp op = ChangeOp::modified;
    Resource resource;
    // Only where documents are asked for; empty where there is none.
    std::string before, after;
    std::string tags_before, tags_after;                     // JSON objects
    std::vector<std::string> unknown_before, unknown_after;  // paths that the two readings did not cover
};

std::string_view to_string(ChangeOp);

}  // namespace patrol::model
