// What the server and a worker say to each other. The server asks for one operation at a time; while it
// lasts, the worker reports (a page of resources, a call, progress) without waiting, and asks questions,
// each of which is answered by an `answer` with its number.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cloud/aws/endpoints.h"
#include "crypto/hash.h"
#include "crypto/secret.h"
#include "inventory/aws/provider.h"
#include "model/resource.h"
#include "net/ip_address.h"

namespace patrol::worker {

enum class Message : std::uint32_t {
    // from the server
    start = 1,     // Start, once
    identity,      // nothing → Identity
    test,          // nothing → TestReport
    regions,       // nothing → list of RegionState
    run,           // RunOrder → RunOutcome
    audit,         // list of AuditQuestion → list of AuditAnswer
    stop,          // the operation is to end soon
    answer,        // number, then what was asked for
    verify_trust,  // nothing → nothing; asked of collectors only
    // from the worker
    ready = 32,    // the sandbox is closed
    result,        // of the operation: Reply
    start_slice,   // SliceKey
    put,           // SliceKey, list of ScannedResource
    finish_slice,  // SliceCoverage
    progress,      // Progress
    call,          // ApiCall
    previous,      // number, SliceKey, native ids → Reply of their documents, where there are
    live_count,    // number, SliceKey → Reply of a number
    patrol_arn,    // number → Reply of a text
    assume,        // number → Reply of Session: of the role, or keys that expire
    try_lock,      // number, whether with a wrong external ID → TrustAnswer
};

// A value or an error, as Result.
template <class T>
struct Reply {
    std::optional<Error> error;
    T value{};
};
template <class T>
Reply<T> reply_of(Result<T> result) {
    if (!result) return {.error = std::move(result).error()};
    return {.error = {}, .value = std::move(*result)};
}
template <class T>
Result<T> result_of(Reply<T> reply) {
    if (reply.error) return fail(std::move(*reply.error));
    return std::move(reply.value);
}

// Credentials that a worker may hold.
struct Session {
    std::string access_key_id;
    crypto::Secret secret_access_key;
    crypto::Secret session_token;
    Timestamp expires;
};

// All that a worker is told about its account. A role is described, its sessions are asked for; access
// keys have no session and cross themselves.
struct Start {
    std::optional<Session> keys;
    std::string role_arn;  // empty for keys; without either, keys that expire are asked for by `assume`
    inventory::InsecureTrust insecure_trust = inventory::InsecureTrust::refused;
    inventory::OwnAccount own_account = inventory::OwnAccount::refused;
    std::string patrol_account_id;
    std::string account_id, partition, session_name, user_agent;
    aws::EndpointOverrides endpoints;
    std::string ca_bundle, https_proxy, no_proxy;
    net::ProxyUse proxy = net::ProxyUse::none;
    crypto::Key redaction_key{};  // of this cloud account
    std::int64_t threads = 16;
    double rate_scale = 1.0;
    std::string catalogue_dir;
};

struct RunOrder {
    std::vector<inventory::PlannedSlice> slices;
    std::vector<model::SliceKey> already_done;
    std::uint64_t rotation = 0;
};

struct Page {
    model::SliceKey slice;
    std::vector<model::ScannedResource> resources;
};

// Looking up a host, and opening a connection to one of its addresses: on lines of their own.
struct DialRequest {
    enum class Want { look_up, open };
    Want want = Want::look_up;
    std::string host;        // look_up
    net::IpAddress address;  // open
    std::uint16_t port = 0;
};
struct DialReply {
    std::optional<Error> error;
    std::vector<net::IpAddress> addresses;  // of look_up
    std::int64_t error_number = 0;          // of open; the socket comes beside
};

}  // namespace patrol::worker
