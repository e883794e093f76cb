#include "cloud/aws/credential_chain.h"

#include <map>

#include <doctest/doctest.h>

#include "cloud/aws/profile_file.h"
#include "cloud/aws/test_fakes.h"

using namespace patrol;
using namespace patrol::aws;
using namespace patrol::aws::test;

namespace {

class FakeEnvironment final : public Environment {
public:
    [[nodiscard]] std::optional<std::string> variable(std::string_view name) const override {
        auto at = variables.find(name);
        if (at == variables.end() || at->second.empty()) return {};
        return at->second;
    }
    [[nodiscard]] Result<std::string> read_file(const std::string& path) const override {
        auto at = files.find(path);
        if (at == files.end()) return fail(Error::Kind::not_found, "no file");
        return at->second;
    }
    [[nodiscard]] Result<ProcessOutput> run(const Process& process, std::stop_token) const override {
        ran.push_back(process.arguments);
        return output;
    }
    [[nodiscard]] bool has_program(std::string_view) const override { return has_aws; }
    [[nodiscard]] std::string home() const override { return "/home/me"; }

    std::map<std::string, std::string, std::less<>> variables;
    std::map<std::string, std::string, std::less<>> files;
    mutable std::vector<std::vector<std::string>> ran;
    ProcessOutput output;
    bool has_aws = true;
};

constexpr auto json_form =
    R"({"Version":1,"AccessKeyId":"ASIAJSON","SecretAccessKey":"s","SessionToken":"t","Token":"t",)"
    R"("Expiration":"2026-11-22T15:00:00Z"})";
constexpr auto assumed =
    "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</"
    "AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
    "<SessionToken>t</SessionToken><Expiration>2026-11-22T10:00:00Z</Expiration></Credentials></"
    "AssumeRoleResult></AssumeRoleResponse>";
constexpr auto web_assumed =
    "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIAWEB</"
    "AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
    "<SessionToken>t</SessionToken><Expiration>2026-11-22T10:00:00Z</Expiration></Credentials></"
    "AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>";

// The peers of every source at once, told apart by their addresses.
Result<net::HttpResponse> world(const net::HttpRequest& request) {
    auto text = [](std::string body) {
        return net::HttpResponse{.status = 200, .headers = {}, .body = std::move(body)};
    };
    if (request.url.ends_with("/latest/api/token")) return text("imds-token");
    if (request.url.ends_with("/security-credentials/")) return text("my-role\n");
    if (request.url.ends_with("/security-credentials/my-role"))
        return text(R"({"Code":"Success","AccessKeyId":"ASIAIMDS","SecretAccessKey":"s","Token":"t",)"
                    R"("Expiration":"2026-11-22T15:00:00Z"})");
    if (request.url.find("sts.") != std::string::npos &&
        request.body.find("WebIdentityToken=") != std::string::npos)
        return text(web_assumed);
    if (request.url.find("sts.") != std::string::npos) return text(assumed);
    return text(json_form);
}

struct Fixture {
    Fixture() : transport({world}) {}
    // What is found: the source's name and its key, or the error.
    std::string found(const ChainOptions& options = {}) {
        auto source = find_credentials({environment, transport, clock}, options);
        if (!source) return "error: " + source.error().message;
        auto credentials = (*source)->credentials({});
        if (!credentials) return (*source)->name() + " error: " + credentials.error().message;
        return (*source)->name() + " " + (*credentials)->access_key_id;
    }
    void config(std::string text) { environment.files["/home/me/.aws/config"] = std::move(text); }
    void shared(std::string text) { environment.files["/home/me/.aws/credentials"] = std::move(text); }

    FakeEnvironment environment;
    ScriptedTransport transport;
    FakeClock clock;
};

void set_keys(Fixture& f) {
    f.environment.variables["AWS_ACCESS_KEY_ID"] = "AKIAENV";
    f.environment.variables["AWS_SECRET_ACCESS_KEY"] = "s";
}
void set_web_identity(Fixture& f) {
    f.environment.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/token";
    f.environment.variables["AWS_ROLE_ARN"] = "arn:aws:iam::123456789012:role/Pod";
    f.environment.files["/token"] = "jwt\n";
}
constexpr auto keys_default = "[default]\naws_access_key_id = AKIASHARED\naws_secret_access_key = s\n";

}  // namespace

TEST_CASE("sources win over each other in the order of the AWS CLI") {
    Fixture f;
    CHECK(f.found() == "instance metadata ASIAIMDS");
    f.environment.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/credentials/x";
    CHECK(f.found() == "container credentials ASIAJSON");
    CHECK(f.transport.requests.back().url == "http://169.254.170.2/v2/credentials/x");
    f.config("[default]\naws_access_key_id = AKIACONFIG\naws_secret_access_key = s\n");
    CHECK(f.found() == "profile default (config file) AKIACONFIG");
    f.config(
        "[default]\naws_access_key_id = AKIACONFIG\naws_secret_access_key = s\ncredential_process = /bin/get "
        "'two words'\n");
    f.environment.output.out = json_form;
    CHECK(f.found() == "credential_process of profile default ASIAJSON");
    CHECK(f.environment.ran.back() == std::vector<std::string>{"/bin/get", "two words"});
    f.shared(keys_default);
    CHECK(f.found() == "profile default (shared credentials file) AKIASHARED");
    f.config("[default]\nsso_session = corp\n");
    CHECK(f.found() == "AWS CLI for profile default ASIAJSON");
    CHECK(f.environment.ran.back() == std::vector<std::string>{"aws", "configure", "export-credentials",
                                                               "--profile", "default", "--format",
                                                               "process"});
    set_web_identity(f);
    CHECK(f.found() == "web identity for arn:aws:iam::123456789012:role/Pod ASIAWEB");
    f.config(
        "[default]\nrole_arn = arn:aws:iam::123456789012:role/R\nsource_profile = base\n[profile "
        "base]\naws_access_key_id = AKIABASE\naws_secret_access_key = s\n");
    CHECK(f.found() == "role arn:aws:iam::123456789012:role/R ASIAROLE");
    set_keys(f);
    CHECK(f.found() == "environment AKIAENV");
}

TEST_CASE("--profile skips the environment, AWS_PROFILE does not") {
    Fixture f;
    set_keys(f);
    f.shared("[dev]\naws_access_key_id = AKIADEV\naws_secret_access_key = s\n");
    f.environment.variables["AWS_PROFILE"] = "dev";
    CHECK(f.found() == "environment AKIAENV");
    CHECK(f.found({.profile = "dev"}) == "profile dev (shared credentials file) AKIADEV");
    f.environment.variables.erase("AWS_ACCESS_KEY_ID");
    CHECK(f.found() == "error: AWS_SECRET_ACCESS_KEY is set but AWS_ACCESS_KEY_ID is not.");
    f.environment.variables.erase("AWS_SECRET_ACCESS_KEY");
    CHECK(f.found() == "profile dev (shared credentials file) AKIADEV");
    CHECK(f.found({.profile = "nobody"}) == "error: There is no AWS profile named nobody.");
    f.config("[profile empty]\nregion = eu-west-1\n");
    CHECK(f.found({.profile = "empty"}) == "error: The AWS profile empty holds no credentials.");
}

TEST_CASE("nothing found says what was tried") {
    Fixture f;
    f.environment.variables["AWS_EC2_METADATA_DISABLED"] = "TRUE";
    auto source = find_credentials({f.environment, f.transport, f.clock});
    REQUIRE_FALSE(source);
    CHECK(source.error().code == "no_credentials");
    CHECK(source.error().detail.find("instance metadata: turned off") != std::string::npos);
    CHECK(f.transport.requests.empty());
}

TEST_CASE("roles of profiles") {
    Fixture f;
    auto role = [](std::string_view name, std::string_view more) {
        return fmt::format("[profile {}]\nrole_arn = arn:aws:iam::123456789012:role/{}\n{}\n", name, name,
                           more);
    };
    SUBCASE("a chain of two, with an external ID and a session name") {
        f.config(role("a",
                      "source_profile = b\nexternal_id = ext/1\nrole_session_name = "
                      "me@corp\nduration_seconds = 900") +
                 role("b", "source_profile = c"));
        f.shared("[c]\naws_access_key_id = AKIAC\naws_secret_access_key = s\n");
        CHECK(f.found({.profile = "a", .region = "eu-west-1"}) ==
              "role arn:aws:iam::123456789012:role/a ASIAROLE");
        REQUIRE(f.transport.requests.size() == 2);
        CHECK(f.transport.requests[0].url == "https://sts.eu-west-1.amazonaws.com/");
        const auto& last = f.transport.requests[1].body;
        CHECK(last.find("ExternalId=ext%2F1") != std::string::npos);
        CHECK(last.find("RoleSessionName=me%40corp") != std::string::npos);
        CHECK(last.find("DurationSeconds=900") != std::string::npos);
        CHECK(header_of(f.transport.requests[1], "Authorization").find("Credential=ASIAROLE/") !=
              std::string::npos);
    }
    SUBCASE("a circle is refused") {
        f.config(role("a", "source_profile = b") + role("b", "source_profile = a"));
        CHECK(f.found({.profile = "a"}) ==
              "error: Profile b cannot assume its role: its source_profile a leads back to itself.");
    }
    SUBCASE("a profile may be its own source when it has keys") {
        f.config(role("a", "source_profile = a"));
        CHECK(f.found({.profile = "a"}).find("is its own source_profile and has no keys") !=
              std::string::npos);
        f.shared("[a]\naws_access_key_id = AKIAA\naws_secret_access_key = s\n");
        CHECK(f.found({.profile = "a"}) == "role arn:aws:iam::123456789012:role/a ASIAROLE");
    }
    SUBCASE("named sources") {
        set_keys(f);
        f.config(role("env", "credential_source = Environment") +
                 role("imds", "credential_source = Ec2InstanceMetadata") +
                 role("ecs", "credential_source = EcsContainer") + role("odd", "credential_source = Moon") +
                 role("both", "credential_source = Environment\nsource_profile = env") + role("none", "") +
                 role("long", "credential_source = Environment\nduration_seconds = 99999"));
        CHECK(f.found({.profile = "env"}) == "role arn:aws:iam::123456789012:role/env ASIAROLE");
        CHECK(f.found({.profile = "imds"}) == "role arn:aws:iam::123456789012:role/imds ASIAROLE");
        CHECK(f.found({.profile = "ecs"}).find("EcsContainer has none here") != std::string::npos);
        CHECK(f.found({.profile = "odd"}).find("Moon is not one of") != std::string::npos);
        CHECK(f.found({.profile = "both"}).find("names both") != std::string::npos);
        CHECK(f.found({.profile = "none"}).find("names neither") != std::string::npos);
        CHECK(f.found({.profile = "long"}).find("duration_seconds") != std::string::npos);
    }
    SUBCASE("a one-time password goes through the AWS CLI") {
        f.config(role("mfa", "source_profile = x\nmfa_serial = arn:aws:iam::123456789012:mfa/me") +
                 "[profile x]\n");
        f.environment.output.out = json_form;
        CHECK(f.found({.profile = "mfa"}) == "AWS CLI for profile mfa ASIAJSON");
        f.environment.has_aws = false;
        CHECK(
            f.found({.profile = "mfa"}).find("uses a one-time password, for which Patrol asks the AWS CLI") !=
            std::string::npos);
    }
    SUBCASE("a web identity of the profile") {
        f.config(role("web", "web_identity_token_file = /token"));
        CHECK(f.found({.profile = "web"}).find("Reading the web identity token") != std::string::npos);
        f.environment.files["/token"] = "jwt\n";
        CHECK(f.found({.profile = "web"}) == "web identity for arn:aws:iam::123456789012:role/web ASIAWEB");
        CHECK(f.transport.requests.back().body.ends_with("WebIdentityToken=jwt"));
        CHECK(header_of(f.transport.requests.back(), "Authorization").empty());
    }
}

TEST_CASE("processes that give nothing usable, and never their output in the error") {
    Fixture f;
    f.config("[default]\ncredential_process = get-it\n");
    for (auto [out, code, says] : std::initializer_list<std::tuple<std::string, int, std::string>>{
             {"hush SecretAccessKey", 0, "its answer is not JSON"},
             {R"({"Version":1,"AccessKeyId":"A"})", 0, "no access key"},
             {R"({"Version":2,"AccessKeyId":"A","SecretAccessKey":"hush"})", 0, "Version is not 1"},
             {R"({"Version":1,"AccessKeyId":"A","SecretAccessKey":"hush","Expiration":"soon"})", 0,
              "Expiration is not a time"},
             {"hush", 3, "ended with code 3"}}) {
        f.environment.output = {code, out, "oh"};
        auto found = f.found();
        CHECK(found.find(says) != std::string::npos);
        CHECK(found.find("hush") == std::string::npos);
    }
    f.config("[default]\ncredential_process = get 'it\n");
    CHECK(f.found().find("is not a command") != std::string::npos);
}

TEST_CASE("container credentials: where the token may go") {
    for (auto [uri, good] :
         std::initializer_list<std::pair<std::string, bool>>{{"http://169.254.170.23/v1", true},
                                                             {"http://[fd00:ec2::23]/v1", true},
                                                             {"http://localhost:8080/x", true},
                                                             {"http://127.0.0.1/x", true},
                                                             {"https://creds.example.com/x", true},
                                                             {"http://creds.example.com/x", false},
                                                             {"http://127.0.0.1.evil.com/x", false},
                                                             {"http://169.254.170.2.evil.com/", false},
                                                             {"ftp://localhost/", false}}) {
        Fixture f;
        f.environment.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = uri;
        f.environment.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "from-variable";
        CHECK_MESSAGE(f.found().starts_with(good ? "container credentials ASIAJSON" : "error: "), uri);
        if (good) CHECK(header_of(f.transport.requests.back(), "Authorization") == "from-variable");
        f.environment.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/pod-token";
        f.environment.files["/pod-token"] = "from-file\n";
        if (good) CHECK(f.found().starts_with("container"));
        if (good) CHECK(header_of(f.transport.requests.back(), "Authorization") == "from-file");
        f.environment.files["/pod-token"] = "two\r\nlines";
        if (good) CHECK(f.found().find("more than one line") != std::string::npos);
    }
}

TEST_CASE("instance metadata: version 2, short timeouts, its own endpoint") {
    Fixture f;
    f.environment.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://127.0.0.1:1338/";
    CHECK(f.found() == "instance metadata ASIAIMDS");
    REQUIRE(f.transport.requests.size() == 3);
    CHECK(f.transport.requests[0].method == "PUT");
    CHECK(f.transport.requests[0].url == "http://127.0.0.1:1338/latest/api/token");
    CHECK(header_of(f.transport.requests[0], "X-aws-ec2-metadata-token-ttl-seconds") == "21600");
    CHECK(header_of(f.transport.requests[2], "X-aws-ec2-metadata-token") == "imds-token");
    CHECK(f.transport.requests[0].timeout == std::chrono::seconds(1));
    Fixture hostile;
    hostile.transport = ScriptedTransport({answer(200, "t"), answer(200, "../../evil role")});
    CHECK(hostile.found() == "error: Patrol found no AWS credentials.");
}

TEST_CASE("the two files: sections, comments, nested settings, quotes") {
    auto files = ProfileFiles::parse(
        "# note\n[default]\nregion=eu-west-1 ; here\ns3 =\n  region = nested\n[profile  \"two words\" "
        "]\nRegion = a\n"
        "[sso-session corp]\nregion = c\n[profilex]\nregion = d\nno equals\n",
        "[default]\r\naws_access_key_id = A\r\n[profile odd]\nregion = e\n[two words]\noutput = json # c\n");
    CHECK(files.find("default")->get("region") == "eu-west-1");
    CHECK(files.find("default")->get("aws_access_key_id") == "A");
    CHECK(files.find("two words")->get("region") == "a");
    CHECK(files.find("two words")->get("output") == "json");
    CHECK(files.find("corp") == nullptr);
    CHECK(files.find("x") == nullptr);
    CHECK(files.find("profile odd")->get("region") == "e");
}

TEST_CASE("the region: option, environment, profile") {
    Fixture f;
    CHECK(find_region(f.environment).empty());
    f.config("[default]\nregion = eu-west-1\n[profile dev]\nregion = eu-west-2\n");
    CHECK(find_region(f.environment) == "eu-west-1");
    CHECK(find_region(f.environment, {.profile = "dev"}) == "eu-west-2");
    f.environment.variables["AWS_DEFAULT_REGION"] = "eu-west-3";
    CHECK(find_region(f.environment) == "eu-west-3");
    f.environment.variables["AWS_REGION"] = "eu-north-1";
    CHECK(find_region(f.environment) == "eu-north-1");
    CHECK(find_region(f.environment, {.region = "eu-south-1"}) == "eu-south-1");
}

TEST_CASE("command lines are split as a shell would, without one") {
    using Words = std::vector<std::string>;
    CHECK(*split_command(R"(a 'b c' "d \"e\"" f\ g "" $HOME;x)") ==
          Words{"a", "b c", "d \"e\"", "f g", "", "$HOME;x"});
    CHECK(split_command("   ")->empty());
    CHECK_FALSE(split_command("a 'b"));
    CHECK_FALSE(split_command("a \\"));
}

TEST_CASE("programs run without a shell and within their time") {
    SystemEnvironment system;
    auto echo = system.run(
        {.arguments = {"sh", "-c", "printf '%s' \"$1\"; echo oh >&2; exit 3", "x", "a b;$HOME"}}, {});
    REQUIRE(echo);
    CHECK(echo->out == "a b;$HOME");
    CHECK(echo->err == "oh\n");
    CHECK(echo->exit_code == 3);
    CHECK_FALSE(system.run({.arguments = {"no-such-program-here"}}, {}));
    CHECK_FALSE(system.run({.arguments = {"sleep", "30"}, .time = std::chrono::seconds(1)}, {}));
    CHECK_FALSE(
        system.run({.arguments = {"head", "-c", "200000", "/dev/zero"}, .max_output_bytes = 100'000}, {}));
    CHECK(system.has_program("sh"));
    CHECK_FALSE(system.has_program("no-such-program-here"));
    CHECK(system.read_file("/no/such/file").error().kind == Error::Kind::not_found);
}
