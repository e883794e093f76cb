#include "inventory/aws/role_door.h"

#include <array>
#include <mutex>
#include <random>

#include "access/aws_role.h"
#include "cloud/aws/arn.h"
#include "inventory/aws/allowed_reads.h"
#include "inventory/aws/provider.h"
#include "inventory/aws/role_session.h"

namespace patrol::inventory {
namespace {

using aws::ErrorClass;

// Nobody keeps these credentials: the shortest session that STS makes.
constexpr auto probe_session = std::chrono::minutes(15);

// Refusals that another form of the request may avoid.
bool may_depend_on_policies(const aws::CallError& error) {
    switch (error.error_class) {
        case ErrorClass::denied:
        case ErrorClass::denied_by_policy:
        case ErrorClass::gone:
        case ErrorClass::other:
            return true;
        default:
            return false;
    }
}

// Of the shape of a real one, so that only its value is wrong. It guards nothing and needs no secrecy.
std::string made_up_external_id() {
    std::random_device random;
    return fmt::format("patrol-{:08x}{:08x}{:08x}", random(), random(), random());
}

class OwnRoleDoor final : public RoleDoor {
public:
    OwnRoleDoor(std::shared_ptr<aws::Client> patrol, RoleSession session)
        : patrol_(std::move(patrol)), session_(std::move(session)), requests_(session_requests(session_)) {}

    Result<std::string> patrol_arn(const DoorCall& call) override {
        auto caller = aws::get_caller_identity(*patrol_, sts(call));
        if (!caller) return fail(std::move(caller).error().release());
        return std::move(caller->arn);
    }

    // The form that worked is used from then on.
    Result<aws::Credentials> assume(const DoorCall& call) override {
        std::lock_guard lock(mutex_);
        std::optional<aws::CallError> problem;
        for (std::size_t i = works_.value_or(0); i < requests_.size(); ++i) {
            auto result = aws::assume_role(*patrol_, requests_[i], sts(call));
            if (result) {
                works_ = i;
                return std::move(*result);
            }
            problem = std::move(result).error();
            if (!may_depend_on_policies(*problem)) break;
        }
        return fail(std::move(*problem).release());
    }

    TrustAnswer try_without_external_id(const DoorCall& call) override { return probe(call, std::nullopt); }
    TrustAnswer try_wrong_external_id(const DoorCall& call) override {
        return probe(call, made_up_external_id());
    }

private:
    [[nodiscard]] aws::StsCall sts(const DoorCall& call) const {
        return {.region = session_.region, .stop = call.stop, .deadline = call.deadline};
    }

    TrustAnswer probe(const DoorCall& call, std::optional<std::string> external_id) {
        const auto arn = aws::parse_arn(session_.role_arn);
        const auto result =
            aws::assume_role(*patrol_,
                             {.role_arn = session_.role_arn,
                              .session_name = session_.session_name,
                              .external_id = std::move(external_id),
                              .duration = probe_session,
                              .policy_arns = access::managed_policies(arn ? arn->partition : "aws")},
                             sts(call));
        if (result) return {TrustProbe::opened, {}};
        const auto& error = result.error();
        if (error.error_class == ErrorClass::denied || error.error_class == ErrorClass::denied_by_policy)
            return {TrustProbe::refused, {}};
        return {TrustProbe::unknown, error.error.message};
    }

    std::shared_ptr<aws::Client> patrol_;
    RoleSession session_;
    std::vector<aws::AssumeRole> requests_;
    std::mutex mutex_;
    std::optional<std::size_t> works_;
};

}  // namespace

std::shared_ptr<RoleDoor> open_role_door(const AwsOutside& outside, const AwsConnection& connection) {
    const auto* role = std::get_if<AwsRole>(&connection.auth);
    if (role == nullptr) return nullptr;
    if (role->door != nullptr || role->patrol == nullptr) return role->door;
    const auto partition = partition_of(connection);
    auto client = std::make_shared<aws::Client>(outside.transport, outside.clock, outside.catalogue.api(),
                                                role->patrol, session_actions(),
                                                aws::ClientOptions{.user_agent = connection.user_agent,
                                                                   .endpoints = connection.endpoints,
                                                                   .trust = connection.trust});
    return std::make_shared<OwnRoleDoor>(std::move(client),
                                         RoleSession{.role_arn = role->role_arn,
                                                     .external_id = role->external_id,
                                                     .session_name = connection.session_name,
                                                     .region = std::string(aws::home_region(partition)),
                                                     .inline_policy = deny_data_reads(outside.catalogue)});
}

Result<void> check_lock(RoleDoor& door, const DoorCall& call) {
    for (auto probe : {&RoleDoor::try_without_external_id, &RoleDoor::try_wrong_external_id}) {
        const auto answer = (door.*probe)(call);
        if (answer.probe == TrustProbe::refused) continue;
        if (answer.probe == TrustProbe::unknown)
            return fail(Error{
                .kind = Error::Kind::unavailable,
                .message = "Whether the role insists on the external ID could not be tried: " + answer.detail,
                .code = "trust_unknown"});
        return fail(Error{
            .kind = Error::Kind::denied,
            .message = "The role opens without the right external ID.",
            .hint =
                "Run `patrol connect aws` again, or add the condition sts:ExternalId to its trust policy.",
            .code = "insecure_trust"});
    }
    return {};
}

}  // namespace patrol::inventory
