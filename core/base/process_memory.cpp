#include "core/base/process_memory.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <system_error>
#include <vector>

namespace quarry {
namespace {

/// Of one tree; a program that starts more hides none of its memory for long.
constexpr std::size_t most_processes = 200;

}  // namespace

std::uint64_t resident_bytes_of(pid_t process) {
    static const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    std::uint64_t pages = 0;
    std::vector<pid_t> processes = {process};
    for (std::size_t at = 0; at < processes.size() && processes.size() < most_processes; ++at) {
        const std::filesystem::path folder = fmt::format("/proc/{}", processes[at]);
        std::uint64_t size = 0, resident = 0;
        if (std::ifstream(folder / "statm") >> size >> resident) pages += resident;
        std::error_code gone;
        for (std::filesystem::directory_iterator thread(folder / "task", gone), end; thread != end && !gone;
             thread.increment(gone)) {
            std::ifstream children(thread->path() / "children");
            for (pid_t child = 0; children >> child;) processes.push_back(child);
        }
    }
    return pages * page;
}

}  // namespace quarry
