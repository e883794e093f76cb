#include "cloudsim/request_reader.h"

#include <algorithm>

#include "base/encoding.h"
#include "cloud/aws/decode_json.h"
#include "cloud/aws/wire_values.h"
#include "cloudsim/form_reader.h"
#include "cloudsim/uri_template.h"

namespace patrol::cloudsim {
namespace {

using model::Location;
using model::Protocol;
using model::ShapeKind;

Failure unknown_operation(std::string_view what) {
    return fail(Error::Kind::not_found, fmt::format("The simulated cloud does not know {}.", what));
}

bool is_rest(const model::Service& service) {
    return service.protocol == Protocol::rest_json || service.protocol == Protocol::rest_xml;
}
bool is_form(const model::Service& service) {
    return service.protocol == Protocol::query || service.protocol == Protocol::ec2;
}
bool is_form(const net::ServerRequest& request) {
    return request.header("content-type").starts_with("application/x-www-form-urlencoded");
}

// The body's members by their names in the model.
Result<json::object> read_body(const model::Service& service, const model::Operation& operation,
                               const std::string& text) {
    auto body = TRY(parse_json(text.empty() ? "{}" : text));
    if (!body.is_object()) return fail(Error::Kind::malformed, "The body is not an object.");
    if (operation.input != model::no_shape)
        aws::wire::shape_json(service, service.shape(operation.input), body);
    return std::move(body.get_object());
}

// Query keys, headers and labels are text: a member's value by its shape.
json::value from_text(const model::Service& service, const model::Member& member, std::string_view text) {
    return aws::wire::scalar_from_text(service.shape(member.shape).kind, text, {});
}

// Labels go by the member's name or by its name on the wire.
const model::Member* label_member(const model::Shape& shape, std::string_view name) {
    if (const auto* member = shape.member(name)) return member;
    auto found = std::ranges::find_if(shape.members, [&](const model::Member& member) {
        return member.location == Location::uri && aws::wire::location_name(member) == name;
    });
    return found == shape.members.end() ? nullptr : &*found;
}

void read_query_members(const model::Service& service, const model::Shape& shape,
                        const net::QueryPairs& query, json::object& input) {
    for (const auto& member : shape.members) {
        if (member.location != Location::query) continue;
        const auto name = aws::wire::location_name(member);
        const auto& of_member = service.shape(member.shape);
        json::array list;
        for (const auto& [key, value] : query) {
            if (key != name) continue;
            if (of_member.kind == ShapeKind::list)
                list.push_back(json::value(value));
            else
                input[member.name] = from_text(service, member, value);
        }
        if (!list.empty()) input[member.name] = std::move(list);
    }
}

void read_header_members(const model::Service& service, const model::Shape& shape,
                         const net::ServerRequest& request, json::object& input) {
    for (const auto& member : shape.members) {
        if (member.location != Location::header) continue;
        auto value = request.header(aws::wire::location_name(member));
        if (!value.empty()) input[member.name] = from_text(service, member, value);
    }
}

}  // namespace

RequestReader::RequestReader(const model::ApiModel& model) {
    for (const auto& [id, service] : model.services) {
        const auto& name = service.endpoint.signing_name.empty() ? id : service.endpoint.signing_name;
        auto& services = by_signing_name_[name];
        services.insert(id == name ? services.begin() : services.end(), &service);
    }
    // S3 Express signs under a name of its own and speaks S3.
    if (auto s3 = by_signing_name_.find("s3"); s3 != by_signing_name_.end())
        by_signing_name_["s3express"] = s3->second;
}

const model::Service* RequestReader::service_for(const net::ServerRequest& request,
                                                 std::string_view signing_name) const {
    auto at = by_signing_name_.find(signing_name);
    if (at == by_signing_name_.end()) return nullptr;
    bool json = !request.header("x-amz-target").empty();
    bool form = !json && is_form(request);
    auto speaks = [&](const model::Service* service) {
        return form ? is_form(*service) : json ? !is_form(*service) && !is_rest(*service) : is_rest(*service);
    };
    auto found = std::ranges::find_if(at->second, speaks);
    return found == at->second.end() ? at->second.front() : *found;
}

Result<ApiRequest> RequestReader::read(const net::ServerRequest& request,
                                       std::string_view signing_name) const {
    auto at = by_signing_name_.find(signing_name);
    if (at == by_signing_name_.end()) return unknown_operation(signing_name);
    if (!request.header("x-amz-target").empty()) return read_json(request, at->second);
    if (is_form(request)) return read_form(request, at->second);
    auto read = read_rest(request, at->second);
    if (read && read->service->id == "s3" && read->operation->name.starts_with("List"))
        if (const auto* of_name = read->service->operation(
                signing_name == "s3express" ? "ListDirectoryBuckets" : "ListBuckets"))
            read->operation = of_name;
    return read;
}

Result<ApiRequest> RequestReader::read_json(const net::ServerRequest& request,
                                            const Services& services) const {
    auto target = request.header("x-amz-target");
    auto dot = target.rfind('.');
    if (dot == std::string_view::npos) return unknown_operation(target);
    auto prefix = target.substr(0, dot);
    for (const auto* service : services) {
        // Some clients write it in full: "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101".
        if (prefix != service->target_prefix && !prefix.ends_with("." + service->target_prefix)) continue;
        const auto* operation = service->operation(target.substr(dot + 1));
        if (operation == nullptr) break;
        return ApiRequest{service, operation, TRY(read_body(*service, *operation, request.body))};
    }
    return unknown_operation(target);
}

Result<ApiRequest> RequestReader::read_form(const net::ServerRequest& request,
                                            const Services& services) const {
    auto form = net::parse_query(request.body);
    if (!form) return fail(Error::Kind::malformed, "The form is not readable.");
    std::string action;
    std::string version;
    for (const auto& [key, value] : *form) {
        if (key == "Action") action = value;
        if (key == "Version") version = value;
    }
    for (const auto* service : services) {
        if (!is_form(*service) || service->api_version != version) continue;
        const auto* operation = service->operation(action);
        if (operation == nullptr) continue;
        return ApiRequest{service, operation, read_form_input(*service, *operation, *form)};
    }
    return unknown_operation(action);
}

Result<ApiRequest> RequestReader::read_rest(const net::ServerRequest& request,
                                            const Services& services) const {
    ApiRequest best;
    std::size_t best_score = 0;
    Labels labels;
    for (const auto* service : services) {
        if (!is_rest(*service)) continue;
        for (const auto& [name, operation] : service->operations) {
            if (operation.method != request.method) continue;
            auto match = match_uri(operation.uri, request.path, request.query);
            if (!match || match->score <= best_score) continue;
            best_score = match->score;
            best = {service, &operation, {}};
            labels = std::move(match->labels);
        }
    }
    if (best.service == nullptr) return unknown_operation(request.method + " " + request.path);
    if (best.operation->input == model::no_shape) return best;
    const auto& shape = best.service->shape(best.operation->input);
    if (!request.body.empty() && best.service->protocol == Protocol::rest_json)
        best.input = TRY(read_body(*best.service, *best.operation, request.body));
    for (const auto& [name, value] : labels)
        if (const auto* member = label_member(shape, name))
            best.input[member->name] = from_text(*best.service, *member, value);
    read_query_members(*best.service, shape, request.query, best.input);
    read_header_members(*best.service, shape, request, best.input);
    return best;
}

}  // namespace patrol::cloudsim
