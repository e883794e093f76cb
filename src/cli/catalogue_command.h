// `patrol catalogue list | show TYPE | services`: what this version can read, from the catalogue in the
// program. No server is asked.
#pragma once

#include <string>

#include "catalogue/catalogue.h"
#include "cli/output.h"

namespace patrol::cli {

struct CatalogueQuery {
    std::string verb;     // list, show, services
    std::string type;     // show
    std::string service;  // list: only its types; empty = all
};

// Kind::not_found for a type or service that the catalogue does not have.
Result<void> show_catalogue(const catalogue::Catalogue& catalogue, const CatalogueQuery& query, Format format,
                            Terminal& terminal);

}  // namespace patrol::cli
