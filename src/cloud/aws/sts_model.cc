#include "cloud/aws/sts.h"

namespace patrol::aws {
namespace {

using model::Member;
using model::no_shape;
using model::Service;
using model::Shape;
using model::ShapeIndex;
using model::ShapeKind;

class Builder {
public:
    explicit Builder(Service& service) : service_(service) {}

    ShapeIndex scalar(ShapeKind kind) { return add({.kind = kind}); }
    ShapeIndex list(ShapeIndex element) { return add({.kind = ShapeKind::list, .element = element}); }
    ShapeIndex structure(std::string name, std::vector<Member> members) {
        return add({.kind = ShapeKind::structure, .name = std::move(name), .members = std::move(members)});
    }
    void operation(const std::string& name, ShapeIndex input, ShapeIndex output) {
        service_.operations[name] = {.name = name, .input = input, .output = output};
    }

private:
    ShapeIndex add(Shape shape) {
        service_.shapes.push_back(std::move(shape));
        return static_cast<ShapeIndex>(service_.shapes.size() - 1);
    }
    Service& service_;
};

Service build() {
    Service sts;
    sts.id = "sts";
    sts.protocol = model::Protocol::query;
    sts.api_version = "2011-06-15";
    sts.xml_namespace = "https://sts.amazonaws.com/doc/2011-06-15/";
    sts.endpoint = {.host = "sts.{region}.{dnsSuffix}", .signing_name = "sts"};
    Builder shapes(sts);
    auto text = shapes.scalar(ShapeKind::string);
    auto number = shapes.scalar(ShapeKind::integer);
    auto time = shapes.scalar(ShapeKind::timestamp);
    auto policy = shapes.structure("PolicyDescriptorType", {{.name = "arn", .shape = text}});
    auto policies = shapes.list(policy);
    auto user = shapes.structure("AssumedRoleUser",
                                 {{.name = "AssumedRoleId", .shape = text}, {.name = "Arn", .shape = text}});
    auto credentials = shapes.structure("Credentials", {{.name = "AccessKeyId", .shape = text},
                                                        {.name = "SecretAccessKey", .shape = text},
                                                        {.name = "SessionToken", .shape = text},
                                                        {.name = "Expiration", .shape = time}});
    std::vector<Member> input = {{.name = "RoleArn", .shape = text, .required = true},
                                 {.name = "RoleSessionName", .shape = text, .required = true},
                                 {.name = "PolicyArns", .shape = policies},
                                 {.name = "Policy", .shape = text},
                                 {.name = "DurationSeconds", .shape = number}};
    auto web = input;
    web.push_back({.name = "WebIdentityToken", .shape = text, .required = true});
    input.push_back({.name = "ExternalId", .shape = text});
    input.push_back({.name = "SerialNumber", .shape = text});
    input.push_back({.name = "TokenCode", .shape = text});
    auto output = shapes.structure("AssumeRoleResponse", {{.name = "Credentials", .shape = credentials},
                                                          {.name = "AssumedRoleUser", .shape = user}});
    shapes.operation("AssumeRole", shapes.structure("AssumeRoleRequest", std::move(input)), output);
    shapes.operation("AssumeRoleWithWebIdentity",
                     shapes.structure("AssumeRoleWithWebIdentityRequest", std::move(web)), output);
    shapes.operation("GetCallerIdentity", no_shape,
                     shapes.structure("GetCallerIdentityResponse", {{.name = "UserId", .shape = text},
                                                                    {.name = "Account", .shape = text},
                                                                    {.name = "Arn", .shape = text}}));
    return sts;
}

}  // namespace

const Service& sts_service() {
    static const Service service = build();
    return service;
}

}  // namespace patrol::aws
