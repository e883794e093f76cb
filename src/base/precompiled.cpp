// Builds the precompiled header and Boost.JSON's code, once.
#include <boost/json/src.hpp>
