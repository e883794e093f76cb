#include "secrets/aws_managers.h"

#include <doctest/doctest.h>

#include <map>

#include "secrets/test_peer.h"

using namespace patrol;
using namespace patrol::secrets;
using namespace patrol::secrets::test;

namespace {

class FakeEnvironment final : public aws::Environment {
public:
    std::map<std::string, std::string, std::less<>> variables{{"AWS_ACCESS_KEY_ID", "AKIASERVEROWN0000000"},
                                                              {"AWS_SECRET_ACCESS_KEY", "server-own"},
                                                              {"AWS_REGION", "eu-west-1"},
                                                              {"AWS_EC2_METADATA_DISABLED", "true"}};
    [[nodiscard]] std::optional<std::string> variable(std::string_view name) const override {
        const auto at = variables.find(name);
        return at == variables.end() || at->second.empty() ? std::nullopt : std::optional(at->second);
    }
    [[nodiscard]] Result<std::string> read_file(const std::string&) const override {
        return fail(Error::Kind::not_found, "There is no such file.");
    }
    [[nodiscard]] Result<aws::ProcessOutput> run(const aws::Process&, std::stop_token) const override {
        return fail(Error::Kind::unavailable, "No programs here.");
    }
    [[nodiscard]] bool has_program(std::string_view) const override { return false; }
    [[nodiscard]] std::string home() const override { return "/nowhere"; }
};

const std::string secrets_call = "POST https://secretsmanager.eu-west-1.amazonaws.com/";
const std::string ssm_call = "POST https://ssm.eu-west-1.amazonaws.com/";

struct AwsScene : Scene {
    FakeEnvironment environment;
    AwsOwnReader reader{environment, outside()};
    AwsSecretsManager secrets{reader, confinement};
    AwsParameterStore parameters{reader, confinement};
    AwsScene() {
        peer.on(secrets_call, {answer(200, R"({"Name":"n","SecretString":"CANARY-value-4711"})")});
        peer.on(ssm_call,
                {answer(200, R"({"Parameter":{"Type":"SecureString","Value":"CANARY-value-4711"}})")});
    }
};

aws::test::Answer refusal(int status, const std::string& type) {
    return answer(status, R"({"__type":")" + type + R"(","Message":"CANARY-value-4711"})");
}

}  // namespace

TEST_CASE("a secret of Secrets Manager is read with the server's own credentials") {
    AwsScene scene;
    CHECK(scene.secrets.resolve(scene.platform, "patrol/acme")->expose() == canary);
    const auto& request = scene.peer.last();
    CHECK(header_of(request, "X-Amz-Target") == "secretsmanager.GetSecretValue");
    CHECK(request.body == R"({"SecretId":"patrol/acme"})");
    CHECK(
        header_of(request, "Authorization").find("AKIASERVEROWN0000000/20261122/eu-west-1/secretsmanager") !=
        std::string::npos);
    scene.peer.on("POST https://secretsmanager.us-east-1.amazonaws.com/",
                  {answer(200, R"({"SecretString":"{\"key\":\"CANARY-value-4711\",\"n\":1}"})")});
    const std::string arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:patrol/acme-AbCdEf";
    CHECK(scene.secrets.resolve(scene.platform, arn + "#key")->expose() == canary);
    CHECK(says(scene.secrets.resolve(scene.platform, arn + "#n"), "no text field"));
    scene.peer.on(secrets_call, {answer(200, R"({"SecretBinary":"Q0FOQVJZ"})")});
    CHECK(scene.secrets.resolve(scene.platform, "patrol/acme")->expose() == "CANARY");
    CHECK(says(scene.secrets.resolve(scene.platform, "patrol/acme#key"), "no JSON object"));
}

TEST_CASE("a parameter is read with decryption") {
    AwsScene scene;
    CHECK(scene.parameters.resolve(scene.platform, "/patrol/acme")->expose() == canary);
    CHECK(header_of(scene.peer.last(), "X-Amz-Target") == "AmazonSSM.GetParameter");
    CHECK(scene.peer.last().body == R"({"Name":"/patrol/acme","WithDecryption":true})");
}

TEST_CASE("each failure of AWS names the permission or the setting and repeats nothing of the answer") {
    AwsScene scene;
    const auto after = [&](aws::test::Answer given) {
        scene.peer.on(secrets_call, {std::move(given)});
        return scene.secrets.resolve(scene.platform, "patrol/acme");
    };
    CHECK(says(after(refusal(400, "AccessDeniedException")), "secretsmanager:GetSecretValue"));
    CHECK(says(after(refusal(400, "ResourceNotFoundException")), "in this region"));
    CHECK(says(after(refusal(400, "InvalidRequestException")), "marked for deletion"));
    CHECK(says(after(refusal(400, "DecryptionFailure")), "kms:Decrypt"));
    CHECK(says(after(refusal(500, "InternalServiceError")), "status 500"));
    CHECK(says(after(answer(200, "<html>CANARY-value-4711")), "cannot be understood"));
    CHECK(says(after(answer(200, R"({"SecretString":""})")), "empty"));
    CHECK(says(after(no_answer(Error::Kind::unavailable, "connect")), "cannot be reached"));
    scene.peer.on(ssm_call, {refusal(400, "ParameterNotFound")});
    CHECK(says(scene.parameters.resolve(scene.platform, "/patrol/acme"), "/patrol/acme"));
    scene.peer.on(ssm_call, {refusal(400, "ParameterVersionNotFound")});
    CHECK(says(scene.parameters.resolve(scene.platform, "/patrol/acme:9"), "no such version"));
    scene.peer.on(ssm_call, {refusal(400, "InvalidKeyId")});
    CHECK(says(scene.parameters.resolve(scene.platform, "/patrol/acme"), "kms:Decrypt"));
}

TEST_CASE("refused credentials are looked for anew once; throttling is waited out") {
    AwsScene scene;
    const auto good = answer(200, R"({"SecretString":"CANARY-value-4711"})");
    scene.peer.on(secrets_call, {refusal(400, "ExpiredTokenException"), good});
    CHECK(scene.secrets.resolve(scene.platform, "patrol/acme"));
    scene.peer.on(secrets_call, {refusal(400, "UnrecognizedClientException")});
    scene.peer.requests.clear();
    CHECK(code_of(scene.secrets.resolve(scene.platform, "patrol/acme")) == "manager_login");
    CHECK(scene.peer.count(secrets_call) == 2);
    scene.peer.on(secrets_call,
                  {refusal(400, "ThrottlingException"), refusal(400, "ThrottlingException"), good});
    CHECK(scene.secrets.resolve(scene.platform, "patrol/acme"));
    CHECK(scene.clock.slept > Millis(0));
}

TEST_CASE("without a region or credentials, and for a confined tenant's foreign names, nothing is asked") {
    AwsScene scene;
    CHECK_FALSE(scene.secrets.check(scene.customer, "patrol/acme"));
    CHECK_FALSE(scene.parameters.check(scene.customer, "/patrol/acme"));
    const std::string own = "patrol/" + scene.customer.str() + "/key";
    CHECK(scene.secrets.check(scene.customer, own));
    CHECK(scene.secrets.check(scene.customer, "arn:aws:secretsmanager:eu-west-1:111122223333:secret:" + own));
    CHECK(scene.parameters.check(scene.customer, "/" + own));
    scene.environment.variables.erase("AWS_REGION");
    const auto unset = scene.secrets.check(scene.platform, "patrol/acme");
    CHECK(unset.error().field == "manager");
    CHECK(says(unset, "AWS_REGION"));
    CHECK(says(scene.parameters.check(scene.platform, "/patrol/acme"), "AWS_REGION"));
    CHECK(scene.peer.requests.empty());
    scene.environment.variables = {{"AWS_REGION", "eu-west-1"}, {"AWS_EC2_METADATA_DISABLED", "true"}};
    CHECK(says(scene.secrets.resolve(scene.platform, "patrol/acme"), "patrol aws-identity"));
}
