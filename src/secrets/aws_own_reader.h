// The only door through which Patrol reads a secret's value on AWS. It finds the server's own credentials
// itself and takes nobody else's, so a customer's session cannot get here; it signs two operations and has
// no way to name a third. The client of cloud/aws, which serves customers' sessions, signs neither.
// Source: API references of Secrets Manager (GetSecretValue) and Systems Manager (GetParameter).
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "cloud/aws/credential_chain.h"
#include "cloud/aws/environment.h"
#include "cloud/aws/errors.h"
#include "cloud/aws/sigv4.h"
#include "secrets/manager_call.h"

namespace patrol::secrets {

class AwsOwnReader {
public:
    enum class Read { secret_value, parameter };

    // All must outlive this.
    AwsOwnReader(const aws::Environment& environment, Outside outside);

    // `name` of the secret or parameter; `region` empty: the server's own (AWS_REGION, the profile's).
    Result<WipedJson> read(Read what, std::string_view name, std::string_view region) const;
    [[nodiscard]] std::string own_region() const;

private:
    using Source = std::shared_ptr<aws::CredentialSource>;
    struct Exchange;

    [[nodiscard]] Result<Source> source() const;
    void drop(const Source& source, const aws::Credentials& used) const;
    [[nodiscard]] Result<Answer> send_signed(const Exchange& exchange, const aws::Credentials& used) const;

    const aws::Environment& environment_;
    Outside outside_;
    aws::EndpointOverrides endpoints_;
    mutable std::mutex mutex_;
    mutable Source source_;
    mutable aws::SigningKeys keys_;
};

}  // namespace patrol::secrets
