// What a handler adds to the audit entry of its call: whom it was about, and the settings before and after.
// Who called, from where, which action and whether it was done are known without it (audit_record.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "model/audit.h"
#include "model/ids.h"
#include "model/tenant.h"

namespace patrol::api {

class Audited {
public:
    // Keeps the members that differ. Of a secret only its reference stays, of an address on the web only its
    // host, of a large value only its size: what the log holds may be read by every administrator.
    void changed(const json::object& before, const json::object& after);
    void about(std::string kind, std::string id, std::string name = {});
    void named(std::string name) { object_.name = std::move(name); }
    void because(std::string note) { note_ = std::move(note); }
    // Where the caller is not known before the handler runs.
    void by(const TenantId& tenant, model::AuditActor actor);
    void by(const model::User& user);
    // An e-mail address that belongs to nobody: kept in the log of the platform owner's tenant.
    void by_nobody(std::string email);
    // Answered all the same: a browser is led on to a page that says so.
    void refused(std::string reason) { refusal_ = std::move(reason); }
    // This call needs no entry: the next page of what was recorded with its first one.
    void skip() { is_skipped_ = true; }
    // In whose log the act was announced (audit_record.h).
    void announced(const TenantId& tenant) { announced_in_ = tenant; }

    [[nodiscard]] bool is_skipped() const { return is_skipped_; }
    [[nodiscard]] const std::optional<TenantId>& announced_in() const { return announced_in_; }
    [[nodiscard]] const std::optional<TenantId>& tenant() const { return tenant_; }
    [[nodiscard]] const std::optional<model::AuditActor>& actor() const { return actor_; }
    [[nodiscard]] const model::AuditObject& object() const { return object_; }
    [[nodiscard]] const std::string& note() const { return note_; }
    [[nodiscard]] const std::string& refusal() const { return refusal_; }  // empty: it was done
    [[nodiscard]] const json::object& before() const { return before_; }
    [[nodiscard]] const json::object& after() const { return after_; }

private:
    std::optional<TenantId> tenant_, announced_in_;
    std::optional<model::AuditActor> actor_;
    model::AuditObject object_;
    std::string note_, refusal_;
    json::object before_, after_;
    bool is_skipped_ = false;
};

}  // namespace patrol::api
