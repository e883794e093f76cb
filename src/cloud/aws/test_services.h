// Small services by hand, one for each protocol: for this room's tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/api_model.h"

namespace patrol::aws::test {

using model::Location;
using model::Member;
using model::Protocol;
using model::Service;
using model::Shape;
using model::ShapeIndex;
using model::ShapeKind;
using model::TimeFormat;

class ServiceBuilder {
public:
    ServiceBuilder(std::string id, Protocol protocol, std::string host = "{service}.{region}.{dnsSuffix}") {
        service.id = id;
        service.protocol = protocol;
        service.api_version = "2020-01-01";
        service.target_prefix = "Target_20200101";
        service.endpoint = {.host = std::move(host), .signing_name = id};
        text = add({.kind = ShapeKind::string});
        integer = add({.kind = ShapeKind::integer});
        number = add({.kind = ShapeKind::number});
        boolean = add({.kind = ShapeKind::boolean});
        time = add({.kind = ShapeKind::timestamp});
        blob = add({.kind = ShapeKind::blob});
        document = add({.kind = ShapeKind::document});
        texts = list(text);
    }

    ShapeIndex add(Shape shape) {
        service.shapes.push_back(std::move(shape));
        return static_cast<ShapeIndex>(service.shapes.size() - 1);
    }
    ShapeIndex list(ShapeIndex element, std::string element_name = {}) {
        return add({.kind = ShapeKind::list, .element = element, .element_name = std::move(element_name)});
    }
    ShapeIndex map(ShapeIndex value) { return add({.kind = ShapeKind::map, .element = value, .key = text}); }
    ShapeIndex structure(std::vector<Member> members) {
        return add({.kind = ShapeKind::structure, .members = std::move(members)});
    }
    void operation(const std::string& name, ShapeIndex input, ShapeIndex output, std::string method = "POST",
                   std::string uri = "/", std::string host_prefix = {}) {
        service.operations[name] = {
            name, input, output, std::move(method), std::move(uri), std::move(host_prefix)};
    }

    Service service;
    ShapeIndex text, integer, number, boolean, time, blob, document, texts;
};

// Reservations of instances, as EC2 words them.
inline Service ec2() {
    ServiceBuilder b("ec2", Protocol::ec2);
    auto tag = b.structure({{.name = "Key", .shape = b.text, .wire_name = "key"},
                            {.name = "Value", .shape = b.text, .wire_name = "value"}});
    auto state = b.structure({{.name = "Code", .shape = b.integer, .wire_name = "code"},
                              {.name = "Name", .shape = b.text, .wire_name = "name"}});
    auto instance = b.structure({{.name = "InstanceId", .shape = b.text, .wire_name = "instanceId"},
                                 {.name = "LaunchTime", .shape = b.time, .wire_name = "launchTime"},
                                 {.name = "EbsOptimized", .shape = b.boolean, .wire_name = "ebsOptimized"},
                                 {.name = "State", .shape = state, .wire_name = "instanceState"},
                                 {.name = "Tags", .shape = b.list(tag, "item"), .wire_name = "tagSet"}});
    auto reservation =
        b.structure({{.name = "ReservationId", .shape = b.text, .wire_name = "reservationId"},
                     {.name = "Instances", .shape = b.list(instance, "item"), .wire_name = "instancesSet"}});
    auto filter = b.structure({{.name = "Name", .shape = b.text},
                               {.name = "Values", .shape = b.list(b.text, "item"), .wire_name = "Value"}});
    auto input =
        b.structure({{.name = "InstanceIds", .shape = b.list(b.text), .wire_name = "InstanceId"},
                     {.name = "Filters", .shape = b.list(filter), .wire_name = "Filter"},
                     {.name = "MaxResults", .shape = b.integer, .wire_name = "maxResults"},
                     {.name = "DryRun", .shape = b.boolean, .wire_name = "dryRun", .query_name = "DryRun"},
                     {.name = "NextToken", .shape = b.text, .wire_name = "nextToken"}});
    auto output = b.structure(
        {{.name = "Reservations", .shape = b.list(reservation, "item"), .wire_name = "reservationSet"},
         {.name = "NextToken", .shape = b.text, .wire_name = "nextToken"}});
    b.operation("DescribeInstances", input, output);
    b.operation("TerminateInstances", input, output);
    b.service.endpoint.available["aws"] = "all";
    return b.service;
}

inline Service query() {
    ServiceBuilder b("queries", Protocol::query);
    auto thing = b.structure(
        {{.name = "Name", .shape = b.text},
         {.name = "Size", .shape = b.integer},
         {.name = "Ratio", .shape = b.number},
         {.name = "Created", .shape = b.time},
         {.name = "On", .shape = b.boolean},
         {.name = "Data", .shape = b.blob},
         {.name = "Attributes", .shape = b.map(b.text)},
         {.name = "Flat", .shape = b.texts, .wire_name = "FlatItem", .flattened = true},
         {.name = "FlatMap", .shape = b.map(b.integer), .wire_name = "FlatEntry", .flattened = true}});
    auto input = b.structure({{.name = "Names", .shape = b.texts},
                              {.name = "Named", .shape = b.list(b.text, "Item")},
                              {.name = "Flat", .shape = b.texts, .wire_name = "FlatItem", .flattened = true},
                              {.name = "Attributes", .shape = b.map(b.text)},
                              {.name = "Since", .shape = b.time},
                              {.name = "Nested", .shape = b.structure({{.name = "Deep", .shape = b.text}})}});
    auto output =
        b.structure({{.name = "Things", .shape = b.list(thing)}, {.name = "Marker", .shape = b.text}});
    b.operation("DescribeThings", input, output);
    b.operation("Ping", model::no_shape, model::no_shape);
    return b.service;
}

inline Service json_service(Protocol protocol = Protocol::json11) {
    ServiceBuilder b("jsons", protocol);
    auto thing = b.structure({{.name = "Name", .shape = b.text},
                              {.name = "Created", .shape = b.time},
                              {.name = "Iso", .shape = b.time, .time_format = TimeFormat::date_time},
                              {.name = "Renamed", .shape = b.text, .wire_name = "wireName"},
                              {.name = "Times", .shape = b.list(b.time)},
                              {.name = "ByName", .shape = b.map(b.time)},
                              {.name = "Anything", .shape = b.document}});
    auto input = b.structure({{.name = "Limit", .shape = b.integer},
                              {.name = "Since", .shape = b.time},
                              {.name = "Names", .shape = b.texts},
                              {.name = "Id", .shape = b.text, .required = true}});
    auto output =
        b.structure({{.name = "Things", .shape = b.list(thing)}, {.name = "NextToken", .shape = b.text}});
    b.operation("ListThings", input, output);
    return b.service;
}

inline Service rest_json() {
    ServiceBuilder b("restjsons", Protocol::rest_json);
    auto thing = b.structure(
        {{.name = "Name", .shape = b.text, .wire_name = "name"}, {.name = "Created", .shape = b.time}});
    auto input = b.structure(
        {{.name = "Name", .shape = b.text, .location = Location::uri, .required = true},
         {.name = "Path", .shape = b.text, .location = Location::uri},
         {.name = "Marker", .shape = b.text, .location = Location::query, .location_name = "marker"},
         {.name = "Tags", .shape = b.texts, .location = Location::query, .location_name = "tag"},
         {.name = "More", .shape = b.map(b.text), .location = Location::query_map},
         {.name = "Since", .shape = b.time, .location = Location::header, .location_name = "x-since"}});
    auto output = b.structure(
        {{.name = "Things", .shape = b.list(thing), .wire_name = "things"},
         {.name = "Count", .shape = b.integer, .location = Location::header, .location_name = "x-count"},
         {.name = "Status", .shape = b.integer, .location = Location::status},
         {.name = "Meta",
          .shape = b.map(b.text),
          .location = Location::header_map,
          .location_name = "x-meta-"}});
    b.operation("ListThings", input, output, "GET", "/v1/things/{Name}/list?fixed=yes");
    b.operation("ListDeep", input, output, "GET", "/v1/{Path+}/end/{Name}");
    auto body = b.structure({{.name = "Name", .shape = b.text, .location = Location::uri, .required = true},
                             {.name = "Note", .shape = b.text, .wire_name = "note"}});
    b.operation("Search", body,
                b.structure({{.name = "Body", .shape = b.blob, .location = Location::payload}}), "POST",
                "/s/{Name}");
    auto account =
        b.structure({{.name = "AccountId", .shape = b.text, .required = true, .host_label = true}});
    b.operation("GetAccount", account, output, "GET", "/account", "{AccountId}.");
    return b.service;
}

inline Service s3() {
    ServiceBuilder b("s3", Protocol::rest_xml, "s3.{region}.{dnsSuffix}");
    b.service.xml_namespace = "http://s3.amazonaws.com/doc/2006-03-01/";
    auto grantee =
        b.structure({{.name = "ID", .shape = b.text},
                     {.name = "Type", .shape = b.text, .wire_name = "xsi:type", .xml_attribute = true}});
    auto grant =
        b.structure({{.name = "Grantee", .shape = grantee}, {.name = "Permission", .shape = b.text}});
    auto rule = b.structure(
        {{.name = "ID", .shape = b.text},
         {.name = "AllowedMethods", .shape = b.texts, .wire_name = "AllowedMethod", .flattened = true},
         {.name = "MaxAgeSeconds", .shape = b.integer}});
    auto bucket =
        b.structure({{.name = "Bucket", .shape = b.text, .location = Location::uri, .required = true}});
    auto max = b.structure({{.name = "MaxBuckets",
                             .shape = b.integer,
                             .location = Location::query,
                             .location_name = "max-buckets"}});
    auto item = b.structure({{.name = "Name", .shape = b.text},
                             {.name = "CreationDate", .shape = b.time},
                             {.name = "BucketRegion", .shape = b.text}});
    b.operation("ListBuckets", max, b.structure({{.name = "Buckets", .shape = b.list(item, "Bucket")}}),
                "GET", "/");
    b.operation(
        "GetBucketAcl", bucket,
        b.structure({{.name = "Grants", .shape = b.list(grant, "Grant"), .wire_name = "AccessControlList"}}),
        "GET", "/{Bucket}?acl");
    b.operation(
        "GetBucketCors", bucket,
        b.structure(
            {{.name = "CORSRules", .shape = b.list(rule), .wire_name = "CORSRule", .flattened = true}}),
        "GET", "/?cors");
    b.operation("GetBucketPolicy", bucket,
                b.structure({{.name = "Policy", .shape = b.text, .location = Location::payload}}), "GET",
                "/?policy");
    b.operation("GetBucketLocation", bucket, b.structure({{.name = "LocationConstraint", .shape = b.text}}),
                "GET", "/?location");
    auto config = b.structure({{.name = "Status", .shape = b.text}});
    b.operation("GetBucketVersioning", bucket, config, "GET", "/?versioning");
    b.operation("GetBucketWrapped", bucket,
                b.structure({{.name = "Config", .shape = config, .location = Location::payload}}), "GET",
                "/?wrapped");
    b.operation("PutBucketAcl",
                b.structure({{.name = "Bucket", .shape = b.text, .location = Location::uri, .required = true},
                             {.name = "Grant", .shape = grant, .location = Location::payload}}),
                model::no_shape, "PUT", "/{Bucket}?acl");
    return b.service;
}

}  // namespace patrol::aws::test
