// Every bound of the product by name, with its unit last. Hitting one is a named error or a partial
// coverage with its reason: never a silent cut. Each has a test that names it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace patrol::limits {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Messages from outside
inline constexpr std::size_t json_depth = 64;
inline constexpr std::size_t cloud_json_depth = 200;
inline constexpr std::size_t request_header_bytes = 16 * 1024;
inline constexpr std::size_t request_headers = 100;
inline constexpr std::size_t request_body_bytes = 1024 * 1024;
inline constexpr auto request_header_time = seconds(10);
inline constexpr auto request_idle_time = seconds(60);
inline constexpr std::size_t connections_per_address = 200;
inline constexpr auto tls_files_interval = seconds(2);  // between two looks at certificate and key
inline constexpr std::size_t cloud_body_bytes = 64 * 1024 * 1024;
inline constexpr std::size_t page_items_max = 500;
inline constexpr std::size_t page_items_default = 100;
inline constexpr std::size_t filter_text_bytes = 8 * 1024;
inline constexpr std::size_t filter_terms = 100;

// Scans
inline constexpr std::size_t pages_per_call = 20'000;
inline constexpr std::size_t empty_pages_in_a_row = 100;
inline constexpr std::size_t document_bytes = 400 * 1024;
// A stored document joins answers, each as deep as cloud_json_depth, a few levels below its own root.
inline constexpr std::size_t document_json_depth = cloud_json_depth + 56;
inline constexpr std::size_t resource_text_bytes =
    16 * 1024;  // an id, ARN, name, region; a tag's key or value
inline constexpr std::size_t child_calls_per_slice = 2'000;
inline constexpr std::size_t parents_per_slice = 100'000;  // items whose children are read
inline constexpr int throttle_attempts = 8;
inline constexpr int transient_attempts = 3;
inline constexpr auto cloud_call_time = seconds(60);
inline constexpr auto cloud_connect_time = seconds(10);
inline constexpr auto scan_time = hours(6);
inline constexpr auto test_time = seconds(45);
inline constexpr auto identity_lookup_time = seconds(2);
inline constexpr auto connect_trial_time = seconds(60);

// Collectors
inline constexpr std::size_t collectors_per_tenant = 500;
inline constexpr auto enrolment_token_age = hours(1);
inline constexpr std::size_t enrolment_body_bytes = 16 * 1024;
inline constexpr auto collector_seen_interval = seconds(30);  // between two writes of when it was last seen

// Queue
inline constexpr auto job_lease = seconds(60);
inline constexpr auto job_heartbeat = seconds(10);
inline constexpr int job_attempts = 5;

// Notifications
inline constexpr std::size_t notice_bytes = 64 * 1024;
inline constexpr int delivery_attempts = 30;
inline constexpr auto delivery_age = hours(24);
inline constexpr auto delivery_retry_min = seconds(1);
inline constexpr auto delivery_retry_max = hours(1);
inline constexpr auto delivery_time = seconds(20);   // one attempt
inline constexpr auto delivery_lease = seconds(60);  // then an attempt is taken for lost
inline constexpr auto channel_pause_max = minutes(5);
inline constexpr auto notice_age = hours(24 * 90);
inline constexpr auto not_scanned_age = hours(24);
inline constexpr auto heartbeat_interval = minutes(5);
inline constexpr std::size_t mail_recipients = 50;
inline constexpr std::size_t today_items = 100;
inline constexpr int today_days = 14;
inline constexpr auto expires_soon = hours(24 * 7);

// Identity
inline constexpr auto setup_token_age = hours(24);
inline constexpr auto connect_token_age = hours(24);
inline constexpr auto connect_nonce_age = minutes(10);
inline constexpr auto session_idle = minutes(30);
inline constexpr auto session_age = hours(12);
inline constexpr std::size_t sessions_per_user = 50;  // a further sign-in ends the one unused for longest
inline constexpr std::size_t user_agent_chars = 120;  // kept of what a browser calls itself
inline constexpr auto invitation_age = hours(72);
inline constexpr auto password_reset_age = hours(24);
inline constexpr std::size_t recovery_codes = 10;
inline constexpr std::size_t customers_per_person = 500;  // that a user or token is limited to
inline constexpr int api_token_days = 365;
inline constexpr int api_token_days_default = 90;
inline constexpr std::size_t password_min_chars = 12;
inline constexpr std::size_t password_max_chars = 128;
inline constexpr int password_hashes_at_once = 2;

// Deployments. Skew and grace widen the window in which an event of the audit log is a deployment's: clocks
// of a build machine and of a cloud differ, and a cloud goes on after the command has ended.
inline constexpr auto deployment_clock_skew = minutes(2);
inline constexpr auto deployment_grace = minutes(10);
// A run whose end was never told explains nothing that is later than this after its start.
inline constexpr auto deployment_longest = hours(24);
inline constexpr auto planned_window_longest = hours(24 * 7);
inline constexpr std::size_t deployment_accounts = 500;  // named by one deployment
inline constexpr std::size_t deployment_regions = 100;
inline constexpr std::size_t hook_body_bytes = 512 * 1024;
inline constexpr auto hook_replay_window = minutes(5);
inline constexpr auto hook_delivery_age = hours(24 * 30);  // how long a delivery id is remembered
inline constexpr std::size_t hooks_per_tenant = 200;

// Sign-in with an identity provider
inline constexpr auto id_token_skew = seconds(60);     // clocks of two servers differ
inline constexpr auto id_token_age = minutes(10);      // it was made for this sign-in
inline constexpr auto oidc_attempt_age = minutes(10);  // until the browser is back

// Audit log
inline constexpr std::size_t audit_settings_bytes = 64 * 1024;  // of one entry, before and after together
inline constexpr auto audit_announced_age = minutes(15);        // longer than any request
inline constexpr std::size_t audit_value_bytes = 2 * 1024;      // of one setting; of a larger one the size
inline constexpr int audit_refusals = 30;                       // written per caller and minute

// Settling: the quick scans before a first baseline.
inline constexpr std::int64_t settling_snapshots_min = 2;
inline constexpr std::int64_t settling_snapshots_max = 5;
inline constexpr std::int64_t settling_minutes_max = 60;
inline constexpr auto settling_longest = hours(12);   // then it ends with what is there
inline constexpr auto settling_first_age = hours(1);  // a snapshot no older than this counts as the first one
inline constexpr std::size_t history_steps = 60;      // snapshots caught up at the end of a scan
inline constexpr std::size_t history_changes = 20'000;  // of one scan; what is more is not in the history
inline constexpr std::size_t history_paths_bytes = 2 * 1024;  // of one change
inline constexpr std::size_t moving_paths = 1'000;            // paths that one settling keeps apart

// Text fields
inline constexpr std::size_t name_chars = 200;
inline constexpr std::size_t label_count = 50;
inline constexpr std::size_t label_chars = 256;
inline constexpr std::size_t note_chars = 4'000;

}  // namespace patrol::limits
