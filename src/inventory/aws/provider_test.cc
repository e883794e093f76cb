#include <doctest/doctest.h>

#include <set>

#include "base/encoding.h"
#include "inventory/aws/allowed_reads.h"
#include "inventory/aws/engine_script.h"
#include "inventory/aws/provider.h"

namespace patrol::inventory {

using namespace script;

namespace {

constexpr std::string_view role_arn = "arn:aws:iam::210987654321:role/PatrolReadOnly";

std::string form_value(std::string_view body, std::string_view key) {
    for (std::size_t at = 0; at < body.size();) {
        auto end = std::min(body.find('&', at), body.size());
        auto pair = body.substr(at, end - at);
        if (pair.starts_with(key) && pair.substr(key.size()).starts_with('='))
            return percent_decode(pair.substr(key.size() + 1)).value_or("");
        at = end + 1;
    }
    return {};
}

net::HttpResponse xml(int status, std::string body) {
    return {.status = status,
            .headers = {{"Content-Type", "text/xml"}, {"x-amzn-RequestId", "r-1"}},
            .body = std::move(body)};
}

net::HttpResponse refusal(std::string_view code, std::string_view message) {
    return xml(
        403,
        fmt::format("<ErrorResponse><Error><Type>Sender</Type><Code>{}</Code><Message>{}</Message></Error>"
                    "<RequestId>r-1</RequestId></ErrorResponse>",
                    code, message));
}

// STS and IAM of one customer account, as XML over HTTP.
class FakeAws final : public net::Transport {
public:
    Result<net::HttpResponse> send(const net::HttpRequest& request) override {
        std::lock_guard lock(mutex);
        requests.push_back(request);
        auto action = form_value(request.body, "Action");
        ++actions[action];
        if (action == "AssumeRole") return assume(request);
        if (action == "GetCallerIdentity") return caller(request);
        if (action == "ListAttachedRolePolicies") return attached();
        if (action == "GetPolicy")
            return xml(200,
                       "<GetPolicyResponse><GetPolicyResult><Policy><DefaultVersionId>v3</DefaultVersionId></"
                       "Policy></GetPolicyResult></GetPolicyResponse>");
        if (action == "GetPolicyVersion")
            return xml(
                200,
                "<GetPolicyVersionResponse><GetPolicyVersionResult><PolicyVersion><Document>"
                "%7B%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22*%22%7D%5D%7D"
                "</Document></PolicyVersion></GetPolicyVersionResult></GetPolicyVersionResponse>");
        return refusal("AccessDenied", "User is not authorized to perform: " + action);
    }

    net::HttpResponse assume(const net::HttpRequest& request) {
        if (expired_sessions > 0) --expired_sessions;
        auto external_id = form_value(request.body, "ExternalId");
        bool right = external_id == "patrol-right";
        bool opens = right || (open_without && external_id.empty()) || open_with_any;
        if (!opens) return refusal("AccessDenied", "User is not authorized to perform: sts:AssumeRole");
        if (!extra_exists && request.body.find("PatrolReadOnlyExtra") != std::string::npos)
            return refusal("AccessDenied", "The policy does not exist");
        return xml(
            200,
            "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIACUSTOMER</AccessKeyId>"
            "<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
            "<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></"
            "AssumeRoleResponse>");
    }
    net::HttpResponse caller(const net::HttpRequest& request) const {
        const auto* authorization = net::find_header(request.headers, "Authorization");
        bool customer = authorization != nullptr && authorization->find("ASIACUSTOMER") != std::string::npos;
        return xml(
            200,
            fmt::format("<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::{0}:x/y</Arn>"
                        "<UserId>u</UserId><Account>{0}</Account></GetCallerIdentityResult></"
                        "GetCallerIdentityResponse>",
                        customer ? account : "111122223333"));
    }
    [[nodiscard]] net::HttpResponse attached() const {
        std::string list;
        for (const auto& arn : policies)
            list += fmt::format("<member><PolicyName>p</PolicyName><PolicyArn>{}</PolicyArn></member>", arn);
        return xml(
            200,
            fmt::format(
                "<ListAttachedRolePoliciesResponse><ListAttachedRolePoliciesResult><AttachedPolicies>{}"
                "</AttachedPolicies></ListAttachedRolePoliciesResult></ListAttachedRolePoliciesResponse>",
                list));
    }

    std::mutex mutex;
    std::vector<net::HttpRequest> requests;
    std::map<std::string, int> actions;
    bool open_without = false, open_with_any = false, extra_exists = false;
    int expired_sessions = 0;
    std::string account = "210987654321";
    std::vector<std::string> policies = {"arn:aws:iam::aws:policy/SecurityAudit",
                                         "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"};
};

struct Customer {
    AwsConnection connection() {
        AwsRole role{
            .role_arn = std::string(role_arn), .external_id = "patrol-right", .insecure_trust = insecure};
        role.patrol = std::make_shared<aws::StaticSource>(
            "test",
            aws::Credentials{.access_key_id = "AKIAPATROL", .secret_access_key = crypto::Secret("s")});
        role.patrol_account_id = "111122223333";
        return {.auth = role,
                .account_id = bound,
                .session_name = "patrol-scn_1",
                .user_agent = "Patrol/1.2.3",
                .redactor = document::Redactor(crypto::Key{})};
    }
    AwsProvider provider() { return AwsProvider({aws, clock, the_catalogue()}, connection()); }
    static const model::Check& check(const model::TestReport& report, std::string_view id) {
        for (const auto& each : report.checks)
            if (each.id == id) return each;
        FAIL("no check ", id);
        return report.checks.front();
    }

    FakeAws aws;
    SystemClock clock;
    InsecureTrust insecure = InsecureTrust::refused;
    std::string bound = "210987654321";
};

using model::CheckStatus;

}  // namespace

TEST_CASE("connection test: a well-guarded role passes") {
    Customer customer;
    auto provider = customer.provider();
    auto report = provider.test({});
    for (auto id : {"patrol_identity", "role_arn", "assume_role", "external_id_required",
                    "wrong_external_id_refused", "account_matches", "policies_attached", "cannot_write"}) {
        CAPTURE(id);
        CHECK(Customer::check(report, id).status == CheckStatus::pass);
    }
    CHECK(provider.verify_trust({}).has_value());
    CHECK(report.tested_at.is_set());
}

TEST_CASE("connection test: every request says who it is, and the session is narrowed") {
    Customer customer;
    auto provider = customer.provider();
    REQUIRE(provider.identity({}));
    bool with_extra = false, without_extra = false;
    for (const auto& request : customer.aws.requests) {
        CHECK(*net::find_header(request.headers, "User-Agent") == "Patrol/1.2.3");
        if (form_value(request.body, "Action") != "AssumeRole") continue;
        CHECK(form_value(request.body, "RoleSessionName") == "patrol-scn_1");
        CHECK(form_value(request.body, "PolicyArns.member.1.arn") == "arn:aws:iam::aws:policy/SecurityAudit");
        CHECK(form_value(request.body, "PolicyArns.member.2.arn") ==
              "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess");
        auto policy = form_value(request.body, "Policy");
        CHECK(policy.find("\"Deny\"") != std::string::npos);
        CHECK(policy.find("Allow") == std::string::npos);
        bool extra = !form_value(request.body, "PolicyArns.member.3.arn").empty();
        with_extra = with_extra || extra;
        without_extra = without_extra || !extra;
    }
    CHECK(with_extra);
    CHECK(without_extra);  // the extra policy does not exist in this account
}

TEST_CASE("connection test: a role that opens without the external ID is refused, or only warned about") {
    Customer customer;
    SUBCASE("without") {
        customer.aws.open_without = true;
        auto provider = customer.provider();
        auto report = provider.test({});
        CHECK_FALSE(report.ok);
        CHECK(Customer::check(report, "external_id_required").status == CheckStatus::fail);
        CHECK_FALSE(Customer::check(report, "external_id_required").hint.empty());
        CHECK(Customer::check(report, "wrong_external_id_refused").status == CheckStatus::pass);
        auto trust = provider.verify_trust({});
        REQUIRE_FALSE(trust);
        CHECK(trust.error().code == "insecure_trust");
    }
    SUBCASE("with any") {
        customer.aws.open_with_any = true;
        auto provider = customer.provider();
        CHECK(Customer::check(provider.test({}), "wrong_external_id_refused").status == CheckStatus::fail);
        CHECK_FALSE(provider.verify_trust({}));
    }
    SUBCASE("allowed by the platform owner") {
        customer.aws.open_with_any = true;
        customer.insecure = InsecureTrust::allowed;
        auto provider = customer.provider();
        auto report = provider.test({});
        CHECK(Customer::check(report, "external_id_required").status == CheckStatus::warn);
        CHECK(provider.verify_trust({}).has_value());
    }
}

TEST_CASE("connection test: wrong account, Patrol's own account, no identity") {
    Customer customer;
    SUBCASE("bound to another account") {
        customer.bound = "999999999999";
        auto provider = customer.provider();
        auto report = provider.test({});
        CHECK(Customer::check(report, "role_arn").status == CheckStatus::fail);
        CHECK(customer.aws.actions["AssumeRole"] == 0);
    }
    SUBCASE("credentials of another account") {
        customer.aws.account = "999999999999";
        auto provider = customer.provider();
        CHECK(Customer::check(provider.test({}), "account_matches").status == CheckStatus::fail);
        auto trust = provider.verify_trust({});
        REQUIRE_FALSE(trust);
        CHECK(trust.error().code == "account_mismatch");
    }
    SUBCASE("Patrol's own account") {
        customer.aws.account = "111122223333";
        customer.bound.clear();
        CHECK(Customer::check(customer.provider().test({}), "account_matches").status == CheckStatus::fail);
    }
    SUBCASE("no identity of its own") {
        auto connection = customer.connection();
        std::get<AwsRole>(connection.auth).patrol = nullptr;
        AwsProvider provider({customer.aws, customer.clock, the_catalogue()}, std::move(connection));
        auto report = provider.test({});
        CHECK(Customer::check(report, "patrol_identity").status == CheckStatus::fail);
        auto identity = provider.identity({});
        REQUIRE_FALSE(identity);
        CHECK(identity.error().code == "no_aws_identity");
        CHECK(customer.aws.requests.empty());
    }
}

TEST_CASE("connection test: a role that can write is warned about by the policy's name") {
    Customer customer;
    customer.aws.policies = {"arn:aws:iam::aws:policy/AdministratorAccess"};
    auto provider = customer.provider();
    auto report = provider.test({});
    const auto& writes = Customer::check(report, "cannot_write");
    CHECK(writes.status == CheckStatus::warn);
    CHECK(writes.detail.find("AdministratorAccess") != std::string::npos);
    const auto& attached = Customer::check(report, "policies_attached");
    CHECK(attached.status == CheckStatus::warn);
    CHECK(attached.detail.find("SecurityAudit") != std::string::npos);
}

TEST_CASE("allowed reads: nothing that changes an account can be signed") {
    auto actions = inventory_actions(the_catalogue());
    for (const auto& action : actions.all()) {
        auto operation = action.substr(action.find('.') + 1);
        CAPTURE(action);
        bool reads = false;
        for (std::string_view verb :
             {"Get", "List", "Describe", "BatchGet", "Search", "Select", "Lookup", "Simulate", "AssumeRole"})
            reads = reads || operation.starts_with(verb);
        CHECK(reads);
    }
    CHECK(actions.allows("ec2", "DescribeVpcs"));
    CHECK_FALSE(actions.allows("ec2", "CreateVpc"));
    CHECK_FALSE(actions.allows("iam", "CreateRole"));
    CHECK_FALSE(session_actions().allows("ec2", "DescribeVpcs"));
}

}  // namespace patrol::inventory
