// The session in a customer's role: assumed with the external ID and with session policies, so that
// even a role with AdministratorAccess yields a session that can only read. The session may do what
// the role allows AND the session policies allow together: the managed read policies by ARN, less what
// the inline policy denies (reading data, not settings). An inline policy that allowed anything would
// widen that, so it only denies. Source: AWS IAM user guide, "Session policies"; limits: STS API model.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "catalogue/catalogue.h"
#include "cloud/aws/sts.h"
#include "inventory/aws/role_door.h"

namespace patrol::inventory {

inline constexpr std::size_t session_policy_chars = 2'048;  // ARNs and inline policy together

// Denies reading data; leaves out actions that the catalogue's own calls need.
std::string deny_data_reads(const catalogue::Catalogue& catalogue);

struct RoleSession {
    std::string role_arn;
    std::string external_id;  // empty: none is sent
    std::string session_name;
    std::string region;         // of the STS that is asked
    std::string inline_policy;  // deny_data_reads()
};

// What to ask for, best first: with the extra policy of the role's account, without it (it may not be
// there), and last without the inline policy (a role's session tags may use up the room).
std::vector<aws::AssumeRole> session_requests(const RoleSession& session);

class RoleSessionSource final : public aws::RefreshingSource {
public:
    RoleSessionSource(std::shared_ptr<RoleDoor> door, Clock& clock, std::string role_arn)
        : RefreshingSource(clock), door_(std::move(door)), role_arn_(std::move(role_arn)) {}
    [[nodiscard]] std::string name() const override;

protected:
    Result<aws::Credentials> fetch(std::stop_token stop) override;

private:
    std::shared_ptr<RoleDoor> door_;
    std::string role_arn_;
};

}  // namespace patrol::inventory
