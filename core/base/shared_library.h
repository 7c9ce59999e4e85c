#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/base/error.h"

namespace quarry {

/// A shared library that is loaded when it is needed, so that commands that do without it do not pay for it. Its code
/// stays in memory to the process's end: what it brings may have exit handlers.
class SharedLibrary {
public:
    /// Makes the error for a library that cannot be used; `why` is the system's reason.
    using CannotUse = std::function<Error(std::string why)>;

    /// Throws what `cannot_use` makes when there is no library of the name ("libpq.so.5").
    SharedLibrary(const char* name, CannotUse cannot_use);

    /// Sets a pointer to the library's function of a name; throws what `cannot_use` makes when it has none.
    template <typename Function>
    void load(Function& function, const char* name) const {
        function = reinterpret_cast<Function>(find(name));
    }

private:
    struct Closer {
        void operator()(void* handle) const noexcept;
    };
    [[nodiscard]] void* find(const char* name) const;

    CannotUse cannot_use_;
    std::unique_ptr<void, Closer> handle_;
};

}  // namespace quarry
