// The members that cross the pipe, type by type, in order: for encoder and decoder alike.
#pragma once

#include "worker/codec.h"
#include "worker/messages.h"

namespace patrol {

template <class Codec>
void fields(Codec& codec, Error& error) {
    codec(error.kind, error.message, error.hint, error.detail, error.field, error.code, error.retry_after_ms);
}

}  // namespace patrol

namespace patrol::worker {

template <>
inline constexpr auto last_value<Error::Kind> = Error::Kind::internal;
template <>
inline constexpr auto last_value<model::SliceStatus> = model::SliceStatus::not_read;
template <>
inline constexpr auto last_value<model::CheckStatus> = model::CheckStatus::skipped;
template <>
inline constexpr auto last_value<model::ChangeOp> = model::ChangeOp::modified;
template <>
inline constexpr auto last_value<model::ActorClass> = model::ActorClass::unknown;
template <>
inline constexpr auto last_value<model::ActorCertainty> = model::ActorCertainty::not_found;
template <>
inline constexpr auto last_value<inventory::InsecureTrust> = inventory::InsecureTrust::allowed;
template <>
inline constexpr auto last_value<inventory::OwnAccount> = inventory::OwnAccount::allowed;
template <>
inline constexpr auto last_value<inventory::TrustProbe> = inventory::TrustProbe::unknown;
template <>
inline constexpr auto last_value<net::ProxyUse> = net::ProxyUse::environment;
template <>
inline constexpr auto last_value<net::IpAddress::Family> = net::IpAddress::Family::ipv6;
template <>
inline constexpr auto last_value<DialRequest::Want> = DialRequest::Want::open;

}  // namespace patrol::worker

namespace patrol::model {

template <class Codec>
void fields(Codec& codec, SliceKey& key) {
    codec(key.type, key.scope);
}

template <class Codec>
void fields(Codec& codec, SliceCoverage& each) {
    codec(each.key, each.service, each.status, each.count, each.calls, each.reason, each.missing_action,
          each.hint, each.unknown_paths);
}

template <class Codec>
void fields(Codec& codec, ScannedResource& each) {
    codec(each.native_id, each.arn, each.name, each.region, each.tags, each.tags_known, each.document,
          each.hash, each.terms, each.references);
}

template <class Codec>
void fields(Codec& codec, Check& check) {
    codec(check.id, check.title, check.status, check.detail, check.hint);
}

template <class Codec>
void fields(Codec& codec, TestReport& report) {
    codec(report.ok, report.checks, report.tested_at);
}

template <class Codec>
void fields(Codec& codec, Actor& actor) {
    codec(actor.name, actor.principal, actor.kind, actor.certainty, actor.event_id, actor.event_name,
          actor.event_time, actor.source_ip, actor.user_agent, actor.link);
}

}  // namespace patrol::model

namespace patrol::inventory {

template <class Codec>
void fields(Codec& codec, Identity& identity) {
    codec(identity.account_id, identity.arn, identity.partition);
}

template <class Codec>
void fields(Codec& codec, PlannedSlice& slice) {
    codec(slice.key, slice.service, slice.region);
}

template <class Codec>
void fields(Codec& codec, RegionState& region) {
    codec(region.name, region.enabled);
}

template <class Codec>
void fields(Codec& codec, Progress& progress) {
    codec(progress.slices, progress.slices_done, progress.slices_failed, progress.resources, progress.calls,
          progress.service, progress.region, progress.status, progress.ended);
}

template <class Codec>
void fields(Codec& codec, RunOutcome& outcome) {
    codec(outcome.coverage, outcome.fatal);
}

template <class Codec>
void fields(Codec& codec, ApiCall& call) {
    codec(call.time, call.service, call.operation, call.region, call.http_status, call.error_code,
          call.request_id, call.attempts, call.bytes, call.duration_ms);
}

template <class Codec>
void fields(Codec& codec, AuditQuestion& question) {
    codec(question.op, question.type, question.region, question.native_id, question.arn, question.name,
          question.after, question.until);
}

template <class Codec>
void fields(Codec& codec, AuditAnswer& answer) {
    codec(answer.actor, answer.problem);
}

template <class Codec>
void fields(Codec& codec, TrustAnswer& answer) {
    codec(answer.probe, answer.detail);
}

}  // namespace patrol::inventory

namespace patrol::aws {

template <class Codec>
void fields(Codec& codec, EndpointOverrides& endpoints) {
    codec(endpoints.everything, endpoints.by_service);
}

}  // namespace patrol::aws

namespace patrol::net {

template <class Codec>
void fields(Codec& codec, IpAddress& address) {
    codec(address.family);
    for (auto& byte : address.bytes) codec(byte);
}

}  // namespace patrol::net

namespace patrol::worker {

template <class Codec, class T>
void fields(Codec& codec, Reply<T>& reply) {
    codec(reply.error, reply.value);
}

template <class Codec>
void fields(Codec& codec, Session& session) {
    codec(session.access_key_id, session.secret_access_key, session.session_token, session.expires);
}

template <class Codec>
void fields(Codec& codec, Start& start) {
    codec(start.keys, start.role_arn, start.insecure_trust, start.own_account, start.patrol_account_id,
          start.account_id, start.partition, start.session_name, start.user_agent, start.endpoints,
          start.ca_bundle, start.https_proxy, start.no_proxy, start.proxy, start.redaction_key, start.threads,
          start.rate_scale, start.catalogue_dir);
}

template <class Codec>
void fields(Codec& codec, RunOrder& order) {
    codec(order.slices, order.already_done, order.rotation);
}

template <class Codec>
void fields(Codec& codec, Page& page) {
    codec(page.slice, page.resources);
}

template <class Codec>
void fields(Codec& codec, DialRequest& request) {
    codec(request.want, request.host, request.address, request.port);
}

template <class Codec>
void fields(Codec& codec, DialReply& reply) {
    codec(reply.error, reply.addresses, reply.error_number);
}

}  // namespace patrol::worker
