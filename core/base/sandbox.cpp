#include "core/base/sandbox.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "core/base/text.h"

namespace quarry {
namespace {

namespace fs = std::filesystem;

// The kernel's interface (landlock(7)), which the headers of an older one have only in part.
#ifndef SYS_landlock_create_ruleset
constexpr long SYS_landlock_create_ruleset = 444;
constexpr long SYS_landlock_add_rule = 445;
constexpr long SYS_landlock_restrict_self = 446;
#endif
constexpr std::uint32_t landlock_version_flag = 1;
constexpr int rule_path_beneath = 1;
struct RulesetAttributes {
    std::uint64_t files, network, scoped;
};
struct __attribute__((packed)) PathBeneath {
    std::uint64_t allowed;
    std::int32_t parent;
};
constexpr std::uint64_t may_execute = 1U << 0, may_write_file = 1U << 1, may_read_file = 1U << 2,
                        may_read_folder = 1U << 3;
/// All rights to files that a version of the interface knows, so that what is not allowed is forbidden.
constexpr std::uint64_t file_rights(int version) noexcept {
    if (version >= 5) return (1U << 16) - 1;  // ioctl on devices
    if (version >= 3) return (1U << 15) - 1;  // truncate
    if (version >= 2) return (1U << 14) - 1;  // rename into other folders
    return (1U << 13) - 1;
}
constexpr std::uint64_t all_tcp = 3;     // bind, connect; since version 4
constexpr std::uint64_t all_scopes = 3;  // abstract sockets, signals; since version 6
constexpr std::size_t files_only = 8, with_network = 16;

#if defined(__x86_64__)
constexpr std::uint32_t this_architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t this_architecture = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t this_architecture = 0;  // no filter
#endif

/// What neither a reader of a file format nor a database server needs: to connect, other processes' memory, and the
/// kernel's rarer parts.
constexpr auto never = std::to_array<std::uint32_t>(
    {SYS_socketpair, SYS_connect, SYS_sendmsg, SYS_sendmmsg, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev,
     SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_unshare, SYS_setns, SYS_keyctl, SYS_add_key,
     SYS_request_key, SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_init_module, SYS_finit_module, SYS_kexec_load,
     SYS_open_by_handle_at, 424, 438,  // pidfd_send_signal, pidfd_getfd
     // io_uring does what is forbidden here by another way.
     425, 426, 427});
/// What a reader does not need besides.
constexpr auto never_for_readers =
    std::to_array<std::uint32_t>({SYS_socket, SYS_bind, SYS_listen, SYS_accept4, SYS_sendto, SYS_kill});

/// What changes files' rights, owners, times and attributes, which Landlock leaves.
constexpr auto attributes = std::to_array<std::uint32_t>({
    SYS_fchmod, SYS_fchmodat, SYS_fchown, SYS_fchownat, SYS_setxattr, SYS_lsetxattr, SYS_fsetxattr, SYS_removexattr,
        SYS_lremovexattr, SYS_fremovexattr, SYS_utimensat, 452, 463, 466,  // fchmodat2, setxattrat, removexattrat
#if defined(__x86_64__)
        SYS_chmod, SYS_chown, SYS_lchown, SYS_utime, SYS_utimes, SYS_futimesat
#endif
});
/// What changes files besides, for a kernel without it.
constexpr auto changes = std::to_array<std::uint32_t>({
    SYS_unlinkat, SYS_mkdirat, SYS_mknodat, SYS_symlinkat, SYS_linkat, SYS_renameat, SYS_renameat2, SYS_truncate,
#if defined(__x86_64__)
        SYS_unlink, SYS_rmdir, SYS_mkdir, SYS_mknod, SYS_symlink, SYS_link, SYS_rename, SYS_creat
#endif
});
constexpr std::uint32_t clone3 = 435;   // as below
constexpr std::uint32_t openat2 = 437;  // whose flags are not in a register: callers fall back to openat

/// All that is needed to compute on what is in memory and in open streams, but for `mmap`, `mprotect` and `tgkill`, of
/// which their arguments decide.
constexpr auto computing = std::to_array<std::uint32_t>(
    {SYS_read,         SYS_readv,     SYS_write,        SYS_writev,          SYS_close,         SYS_munmap,
     SYS_mremap,       SYS_brk,       SYS_madvise,      SYS_futex,           SYS_clock_gettime, SYS_clock_getres,
     SYS_gettimeofday, SYS_getrandom, SYS_rt_sigaction, SYS_rt_sigprocmask,  SYS_rt_sigreturn,  SYS_sigaltstack,
     SYS_sched_yield,  SYS_getpid,    SYS_gettid,       SYS_restart_syscall, SYS_exit,          SYS_exit_group});

constexpr std::uint32_t refuse = SECCOMP_RET_ERRNO | EACCES;
constexpr std::uint32_t nothing_done = SECCOMP_RET_ERRNO | 0;
constexpr std::uint32_t unknown_call = SECCOMP_RET_ERRNO | ENOSYS;

/// A filter of system calls in the kernel's language (seccomp(2)), in a buffer that needs no memory from the heap.
struct Filter {
    std::array<sock_filter, 320> code{};
    std::size_t size = 0;

    /// What each filter begins with: calls of another architecture, or by its other numbers, are unknown.
    void begin() {
        load(offsetof(seccomp_data, arch));
        add(BPF_JMP | BPF_JEQ | BPF_K, this_architecture, 1, 0);
        answer(unknown_call);
        load(offsetof(seccomp_data, nr));
#if defined(__x86_64__)
        add(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
        answer(unknown_call);
#endif
    }
    /// Puts the filter on this thread, for good.
    [[nodiscard]] bool install() noexcept {
        const sock_fprog program{static_cast<unsigned short>(size), code.data()};
        return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
    }
    void add(std::uint16_t operation, std::uint32_t value, std::uint8_t if_true = 0, std::uint8_t if_false = 0) {
        code[size++] = {operation, if_true, if_false, value};
    }
    void load(std::size_t offset) { add(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset)); }
    void answer(std::uint32_t what) { add(BPF_RET | BPF_K, what); }
    void answer_if_equal(std::uint32_t value, std::uint32_t what) {
        add(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
        answer(what);
    }
    /// Refuses the call when an argument has one of the bits.
    void refuse_flags(std::uint32_t call, std::size_t argument, std::uint32_t bits) {
        add(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 4);
        load(offsetof(seccomp_data, args) + argument * sizeof(std::uint64_t));  // its lower half
        add(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);
        answer(refuse);
        answer(SECCOMP_RET_ALLOW);
    }
    /// Refuses the call unless an argument, of 32 bits, is this.
    void require(std::uint32_t call, std::size_t argument, std::uint32_t value) {
        add(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 4);
        load(offsetof(seccomp_data, args) + argument * sizeof(std::uint64_t));
        add(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0);
        answer(refuse);
        answer(SECCOMP_RET_ALLOW);
    }
    /// Refuses the call unless an argument is a null pointer.
    void require_null(std::uint32_t call, std::size_t argument) {
        const std::size_t at = offsetof(seccomp_data, args) + argument * sizeof(std::uint64_t);
        add(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 6);
        load(at);
        add(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 2);
        load(at + sizeof(std::uint32_t));
        add(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0);
        answer(refuse);
        answer(SECCOMP_RET_ALLOW);
    }
};

/// A set of rules that forbids all that this version of Landlock can, to which exceptions are added; negative for none.
int landlock_rules(int version) noexcept {
    RulesetAttributes forbidden{file_rights(version), all_tcp, all_scopes};
    const std::size_t known = version >= 6 ? sizeof forbidden : version >= 4 ? with_network : files_only;
    return static_cast<int>(::syscall(SYS_landlock_create_ruleset, &forbidden, known, 0));
}

/// Confines this thread by the rules, and closes them.
bool obey_rules(int rules) noexcept {
    const bool confined = ::syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    ::close(rules);
    return confined;
}

bool allow_computing_only() noexcept {
    Filter filter;
    filter.begin();
    for (const std::uint32_t call : computing) filter.answer_if_equal(call, SECCOMP_RET_ALLOW);
    filter.refuse_flags(SYS_mmap, 2, PROT_EXEC);
    filter.refuse_flags(SYS_mprotect, 2, PROT_EXEC);
    filter.require(SYS_tgkill, 0, static_cast<std::uint32_t>(::getpid()));  // abort()
    filter.answer(refuse);
    return filter.install();
}

fs::path find_program(const std::string& program, std::string_view search_path) {
    if (program.find('/') != std::string::npos) return program;
    for (const std::string_view folder : split(search_path, ':')) {
        const fs::path candidate = fs::path(folder.empty() ? "." : folder) / program;
        std::error_code unknown;
        if (::access(candidate.c_str(), X_OK) == 0 && fs::is_regular_file(candidate, unknown)) return candidate;
    }
    return {};
}

/// A number in a file's header, least byte first.
std::uint64_t number_at(std::string_view bytes, std::size_t at, std::size_t size) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < size && at + i < bytes.size(); ++i) {
        number |= std::uint64_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
    }
    return number;
}

/// The loader that a 64-bit ELF file names (elf(5), PT_INTERP); empty for none.
std::string loader_of(std::string_view head) {
    constexpr std::uint64_t interpreter = 3;
    const std::uint64_t table = number_at(head, 32, 8), entry = number_at(head, 54, 2), count = number_at(head, 56, 2);
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t at = table + i * entry;
        if (at + 40 > head.size()) break;
        if (number_at(head, at, 4) != interpreter) continue;
        const std::uint64_t start = number_at(head, at + 8, 8), size = number_at(head, at + 32, 8);
        if (start >= head.size() || size == 0 || size > head.size() - start) break;
        return std::string(head.substr(start, size - 1));
    }
    return {};
}

/// What the kernel starts in the place of a program: its loader, or a script's interpreter.
std::string interpreter_of(const fs::path& program) {
    std::ifstream file(program, std::ios::binary);
    std::array<char, 4096> head{};
    file.read(head.data(), head.size());
    const std::string_view bytes(head.data(), static_cast<std::size_t>(file.gcount()));
    if (bytes.starts_with("#!")) {
        const std::string_view line = trim(bytes.substr(2, bytes.find('\n') - 2));
        return std::string(line.substr(0, line.find(' ')));
    }
    return bytes.starts_with("\177ELF") ? loader_of(bytes) : std::string();
}

}  // namespace

std::string SandboxSupport::name() const {
    std::string result = landlock > 0 ? fmt::format("Landlock {}", landlock) : "";
    if (seccomp) result += result.empty() ? "seccomp" : ", seccomp";
    return result;
}

SandboxSupport sandbox_support() noexcept {
    SandboxSupport support;
    const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, landlock_version_flag);
    if (version > 0) support.landlock = static_cast<int>(version);
    const std::uint32_t action = SECCOMP_RET_ERRNO;
    support.seccomp = this_architecture != 0 && ::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
    return support;
}

SandboxSupport confine_to_computing(SandboxSupport support) noexcept {
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return {};
    const int rules = support.landlock > 0 ? landlock_rules(support.landlock) : -1;
    if (rules < 0 || !obey_rules(rules)) support.landlock = 0;
    support.seccomp = support.seccomp && allow_computing_only();
    return support;
}

Sandbox::Sandbox(const std::string& program, std::string_view search_path, SandboxSupport support)
    : support_(support),
      readable_{"/usr",
                "/lib",
                "/lib32",
                "/lib64",
                "/bin",
                "/sbin",
                "/nix/store",
                "/gnu/store",
                "/etc/ld.so.cache",
                "/etc/ld.so.preload",
                "/etc/alternatives",
                "/etc/fonts",
                "/etc/localtime",
                "/var/cache/fontconfig",
                "/dev/null",
                "/dev/zero",
                "/dev/urandom",
                "/dev/random"} {
    const fs::path found = find_program(program, search_path);
    if (found.empty()) return;
    std::error_code ignored;
    const fs::path real = fs::canonical(found, ignored);
    // Its libraries and data, if it is not the system's: /opt/poppler of /opt/poppler/bin/pdftotext.
    for (const fs::path& one : {found, real}) {
        const fs::path folder = fs::absolute(one, ignored).parent_path();
        readable_.push_back(folder);
        if (folder.filename() != "bin") continue;
        for (const char* const beside : {"lib", "lib64", "share", "etc"}) {
            readable_.push_back(folder.parent_path() / beside);
        }
    }
    runnable_ = {real};
    for (fs::path loader = interpreter_of(real); !loader.empty() && runnable_.size() < 4;
         loader = interpreter_of(loader)) {
        runnable_.push_back(loader);
    }
}

bool Sandbox::enter_landlock() const noexcept {
    const int rules = landlock_rules(support_.landlock);
    if (rules < 0) return false;
    const auto allow = [rules](const std::string& path, std::uint64_t rights) {
        const int descriptor = ::open(path.c_str(), O_PATH | O_CLOEXEC);
        if (descriptor < 0) return;
        PathBeneath rule{rights, descriptor};
        if (::syscall(SYS_landlock_add_rule, rules, rule_path_beneath, &rule, 0) != 0) {
            rule.allowed &= ~may_read_folder;  // of what is no folder
            ::syscall(SYS_landlock_add_rule, rules, rule_path_beneath, &rule, 0);
        }
        ::close(descriptor);
    };
    for (const std::string& path : readable_) allow(path, may_read_file | may_read_folder);
    for (const std::string& path : runnable_) allow(path, may_read_file | may_execute);
    if (!own_folder_.empty()) {
        allow(own_folder_, file_rights(support_.landlock) & ~may_execute);
        allow("/dev/null", may_read_file | may_write_file);
    }
    return obey_rules(rules);
}

bool Sandbox::enter_seccomp() const noexcept {
    if (this_architecture == 0) return true;
    Filter filter;
    filter.begin();
    for (const std::uint32_t call : never) filter.answer_if_equal(call, refuse);
    filter.answer_if_equal(clone3, unknown_call);
    filter.refuse_flags(SYS_clone, 0, CLONE_NEWUSER);
    if (own_folder_.empty()) {
        for (const std::uint32_t call : never_for_readers) filter.answer_if_equal(call, refuse);
        for (const std::uint32_t call : attributes) filter.answer_if_equal(call, refuse);
        for (const std::uint32_t call : changes) filter.answer_if_equal(call, refuse);
        filter.answer_if_equal(openat2, unknown_call);
        constexpr std::uint32_t writing = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC;
#if defined(__x86_64__)
        filter.refuse_flags(SYS_open, 1, writing);
#endif
        filter.refuse_flags(SYS_openat, 2, writing);
    } else {
        for (const std::uint32_t call : attributes) filter.answer_if_equal(call, nothing_done);
        filter.require(SYS_socket, 0, AF_UNIX);
        filter.require_null(SYS_sendto, 4);  // the address: only to what it is connected with
    }
    filter.answer(SECCOMP_RET_ALLOW);
    return filter.install();
}

bool Sandbox::enter() const noexcept {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
    const bool files = support_.landlock == 0 || enter_landlock();
    const bool calls = !support_.seccomp || enter_seccomp();
    return files && calls;
}

}  // namespace quarry
