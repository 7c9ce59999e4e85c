// Whether llama.cpp is compiled in.
#include "core/llm/local.h"

#ifdef QUARRY_HAVE_LLAMA
#include <llama.h>
#endif

namespace quarry::llm {

std::optional<std::string> llama_description() {
#ifdef QUARRY_HAVE_LLAMA
    return llama_print_system_info();
#else
    return std::nullopt;
#endif
}

}  // namespace quarry::llm
