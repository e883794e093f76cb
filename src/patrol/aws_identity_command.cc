// `patrol aws-identity [check|policy]`: who this server is on AWS, and the one permission it needs there.
#include "access/aws_role.h"
#include "base/json.h"
#include "base/log.h"
#include "patrol/commands.h"
#include "server/server.h"

namespace patrol::program {
namespace {

int check() {
    const auto identity = server::own_aws_identity();
    if (!identity) {
        report(identity.error());
        fmt::print(
            stderr,
            "        Give the server AWS credentials of its own: an instance role, AWS_PROFILE, or access "
            "keys in the environment.\n"
            "        It needs nothing but sts:AssumeRole: see `patrol aws-identity policy`.\n");
        return 1;
    }
    fmt::print("account    {}\nidentity   {}\npartition  {}\nfrom       {}\n", identity->account_id,
               identity->arn, identity->partition, identity->source);
    if (identity->arn.ends_with(":root"))
        fmt::print(stderr,
                   "patrol: This is the account's root user. Use a role or a user of Patrol's own.\n");
    return 0;
}

int policy(Arguments arguments) {
    std::string role(access::default_role_name);
    if (arguments.size() == 2 && arguments[0] == "--role-name")
        role = arguments[1];
    else if (!arguments.empty())
        return wrong_usage("usage: patrol aws-identity policy [--role-name NAME]");
    const json::value document =
        json::object{{"Version", "2012-10-17"},
                     {"Statement", json::array{json::object{{"Sid", "PatrolAssumesCustomerRoles"},
                                                            {"Effect", "Allow"},
                                                            {"Action", "sts:AssumeRole"},
                                                            {"Resource", "arn:aws:iam::*:role/" + role}}}}};
    fmt::print("{}\n", to_text(document));
    return 0;
}

}  // namespace

int run_aws_identity(Arguments arguments) {
    log::configure(log::Level::error, log::Format::text);
    if (arguments.empty() || (arguments.size() == 1 && arguments[0] == "check")) return check();
    if (arguments[0] == "policy") return policy(arguments.subspan(1));
    return wrong_usage("usage: patrol aws-identity [check|policy]");
}

}  // namespace patrol::program
