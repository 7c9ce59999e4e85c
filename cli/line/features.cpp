// The version and what was compiled in.
#include "cli/line/features.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <nlohmann/json.hpp>

#include "cli/line/version.h"

namespace quarry::cli {

std::string compiler_name() {
#if defined(__clang__)
    return fmt::format("Clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
    return fmt::format("GCC {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
}

std::string version_text() {
    const auto state = [](bool on) { return on ? "on" : "off"; };
    return fmt::format("quarry {}\n"
                       "sqlite     {}\n"
                       "llama.cpp  {} (local models)\n"
                       "usearch    {} (approximate vector search)\n"
                       "treesitter {} (code cut by functions)\n"
                       "compiler   {}\n",
                       QUARRY_VERSION, sqlite3_libversion(), state(QUARRY_LLAMA), state(QUARRY_USEARCH),
                       state(QUARRY_TREESITTER), compiler_name());
}

std::string version_json() {
    nlohmann::ordered_json document;
    document["schema"] = "quarry.version/1";
    document["version"] = QUARRY_VERSION;
    document["sqlite"] = sqlite3_libversion();
    document["llama"] = bool{QUARRY_LLAMA};
    document["usearch"] = bool{QUARRY_USEARCH};
    document["treesitter"] = bool{QUARRY_TREESITTER};
    document["compiler"] = compiler_name();
    return document.dump(2) + "\n";
}

}  // namespace quarry::cli
