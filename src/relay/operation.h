// What a collector is asked to do, as the answer to its poll. The members that people write (names, texts)
// are JSON; what only programs read (a plan, the questions of an attribution) is the codec's bytes in base64.
// `collector_protocol` is the number of this form, of the frames and of every message in them: a change to
// any of them raises it (protocol_test.cc tells).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "crypto/hash.h"
#include "inventory/aws/provider.h"
#include "model/ids.h"
#include "worker/messages.h"

namespace patrol::relay {

inline constexpr std::int64_t collector_protocol = 1;

struct Operation {
    OperationId id;
    worker::Message kind = worker::Message::identity;  // identity, verify_trust, test, regions, run, audit
    AccountId account;
    std::string account_name;
    std::string provider = "aws";
    std::string native_account_id;     // empty until it is known
    std::vector<std::string> regions;  // the account's restriction, empty = all
    std::string credential;            // its name on site
    std::string endpoint_url;          // empty: the cloud's own
    inventory::InsecureTrust insecure_trust = inventory::InsecureTrust::refused;
    crypto::Key redaction_key{};  // of this account only
    std::string purpose;          // a scan id, "test"
    std::string order;            // codec bytes: RunOrder of run, list of AuditQuestion of audit; else empty
};

// "verify_trust"; empty for what is no operation.
std::string_view operation_name(worker::Message kind);

json::object to_json(const Operation& operation);
// Kind::malformed, code "worker_protocol".
Result<Operation> parse_operation(const json::value& value);

}  // namespace patrol::relay
