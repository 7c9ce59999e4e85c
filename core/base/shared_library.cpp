#include "core/base/shared_library.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <utility>

namespace quarry {

void SharedLibrary::Closer::operator()(void* handle) const noexcept { ::dlclose(handle); }

SharedLibrary::SharedLibrary(const char* name, CannotUse cannot_use) : cannot_use_(std::move(cannot_use)) {
    handle_.reset(::dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE));
    if (handle_) return;
    const char* why = ::dlerror();
    throw cannot_use_(why != nullptr ? why : fmt::format("{} was not found", name));
}

void* SharedLibrary::find(const char* name) const {
    void* const function = ::dlsym(handle_.get(), name);
    if (function == nullptr) throw cannot_use_(fmt::format("it has no function {}", name));
    return function;
}

}  // namespace quarry
