// Apart from catalogue.cc: whoever does not call load_embedded (the packer) links without the data.
#include "catalogue/catalogue.h"

extern "C" const char embedded_catalogue_begin[], embedded_catalogue_end[];

namespace patrol::catalogue {

Result<Catalogue> Catalogue::load_embedded() {
    return from_packed({embedded_catalogue_begin,
                        static_cast<std::size_t>(embedded_catalogue_end - embedded_catalogue_begin)});
}

}  // namespace patrol::catalogue
