#include "core/app/process_mark.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/crypto/secret.h"

namespace quarry::app {
namespace {

/// This boot of this machine, as far as process numbers mean the same: containers have numbers of their own.
std::string system_mark() {
    std::string boot;
    std::getline(std::ifstream("/proc/sys/kernel/random/boot_id"), boot);
    std::error_code unknown;
    const std::string numbers = std::filesystem::read_symlink("/proc/self/ns/pid", unknown).string();
    return boot.empty() || unknown ? std::string() : content_hash(boot + numbers).substr(0, 16);
}

/// Ended, while nobody has asked for what it ended with, as in a container without an init.
bool has_ended(int process) {
    std::string state;
    std::getline(std::ifstream(fmt::format("/proc/{}/stat", process)), state);
    const std::size_t name_end = state.rfind(')');  // proc(5): number (name) state ...
    return name_end != std::string::npos && state.substr(name_end).starts_with(") Z");
}

}  // namespace

std::string process_mark() { return fmt::format("{}-{}-{}", crypto::random_hex(4), system_mark(), ::getpid()); }

bool process_is_gone(std::string_view mark) {
    const std::vector<std::string_view> parts = split(mark, '-');
    if (parts.size() != 3 || parts[1].empty() || parts[1] != system_mark()) return false;
    int process = 0;
    const auto [end, error] = std::from_chars(parts[2].data(), parts[2].data() + parts[2].size(), process);
    if (error != std::errc() || process <= 0) return false;
    return (::kill(process, 0) != 0 && errno == ESRCH) || has_ended(process);
}

}  // namespace quarry::app
