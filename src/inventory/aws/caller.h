// The one door through which the AWS inventory calls out: tests put a script behind it.
#pragma once

#include "cloud/aws/client.h"

namespace patrol::inventory {

class AwsCaller {
public:
    virtual ~AwsCaller() = default;
    // Safe to call from many threads at once.
    virtual aws::CallResult call(const aws::CallSpec& spec) = 0;
};

class ClientCaller final : public AwsCaller {
public:
    explicit ClientCaller(aws::Client& client) : client_(client) {}
    aws::CallResult call(const aws::CallSpec& spec) override { return client_.call(spec); }

private:
    aws::Client& client_;
};

}  // namespace patrol::inventory
