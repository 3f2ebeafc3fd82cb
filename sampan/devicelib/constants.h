// Mathematical constants, split into parts that sum to the constant; each is the rounding of what
// the ones before it leave.
#pragma once

namespace sampan {

template <class T> struct Constant;

template <> struct Constant<float> {
  static constexpr float log2_e = 0x1.715476p0f;
  static constexpr float ln2_hi = 0x1.62e43p-1f, ln2_lo = -0x1.05c61p-29f;
  static constexpr float ln2_short = 0x1.62e4p-1f, ln2_rest = 0x1.7f7d1cp-20f; // 16 bits + 24
  static constexpr float log2_10 = 0x1.a934fp1f;
  static constexpr float log10_2_hi = 0x1.344136p-2f, log10_2_lo = -0x1.ec10cp-27f;
  static constexpr float ln10_hi = 0x1.26bb1cp1f, ln10_lo = -0x1.12aabap-25f;
  static constexpr float log2_e_lo = 0x1.4ae0cp-26f;
  static constexpr float log10_e_hi = 0x1.bcb7b2p-2f, log10_e_lo = -0x1.5b235ep-27f;
  static constexpr float pi_hi = 0x1.921fb6p1f, pi_lo = -0x1.777a5cp-24f;
  static constexpr float half_pi_hi = 0x1.921fb6p0f, half_pi_mid = -0x1.777a5cp-25f,
                         half_pi_lo = -0x1.ee59dap-50f;
  static constexpr float two_over_pi = 0x1.45f306p-1f;
};

template <> struct Constant<double> {
  static constexpr double log2_e = 0x1.71547652b82fep0, log2_e_lo = 0x1.777d0ffda0d24p-56;
  static constexpr double ln2_hi = 0x1.62e42fefa39efp-1, ln2_lo = 0x1.abc9e3b39803fp-56;
  static constexpr double ln2_short = 0x1.62e42fefa38p-1,
                          ln2_rest = 0x1.ef35793c7673p-45; // 42 + 53
  static constexpr double log2_10 = 0x1.a934f0979a371p1;
  static constexpr double log10_2_hi = 0x1.34413509f79ffp-2, log10_2_lo = -0x1.9dc1da994fd21p-59;
  static constexpr double log10_2_short = 0x1.34413509f78p-2, log10_2_rest = 0x1.fef311f12b358p-46;
  static constexpr double ln10_hi = 0x1.26bb1bbb55516p1, ln10_lo = -0x1.f48ad494ea3e9p-53;
  static constexpr double log10_e_hi = 0x1.bcb7b1526e50ep-2, log10_e_lo = 0x1.95355baaafad3p-57;
  static constexpr double pi_hi = 0x1.921fb54442d18p1, pi_lo = 0x1.1a62633145c07p-53;
  static constexpr double half_pi_hi = 0x1.921fb54442d18p0, half_pi_mid = 0x1.1a62633145c07p-54,
                          half_pi_lo = -0x1.f1976b7ed8fbcp-110;
  static constexpr double two_over_pi = 0x1.45f306dc9c883p-1;
};

} // namespace sampan
