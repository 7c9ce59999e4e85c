// Tells a schema that was dumped to a file from one that was written by hand.
#include "core/migrate/dump_file.h"

#include "core/base/file.h"

namespace quarry::migrate {

bool is_dump_file(const std::filesystem::path& path) {
    constexpr std::string_view beginning = dump_mark.substr(0, dump_mark.find('.'));
    return read_beginning({}, path.string(), beginning.size()) == beginning;
}

}  // namespace quarry::migrate
