// Whether USearch is compiled in, and how fast it can be here.
#include "core/index/usearch.h"

#ifdef QUARRY_HAVE_USEARCH
#include <usearch/index_dense.hpp>
#endif

namespace quarry::index {

std::optional<std::string> usearch_description() {
#ifdef QUARRY_HAVE_USEARCH
    using namespace unum::usearch;
    constexpr std::size_t dimensions = 256;  // as a usual model's; kernels are chosen by length too
    return metric_punned_t(dimensions, metric_kind_t::ip_k, scalar_kind_t::f32_k).isa_name();
#else
    return std::nullopt;
#endif
}

}  // namespace quarry::index
