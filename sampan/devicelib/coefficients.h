// Written by tools/devicelib_coefficients.py: do not edit. Lowest degree first; the
// error is relative to the function's value unless the identity says otherwise.
// clang-format off
#pragma once

// e^r = 1 + r + r^2 / 2 + r^3 P(r); [-0.346608, 0.346608], error 2^-28.21
constexpr float EXP_F32[] = {
    0x1.555492p-3f, 0x1.5554cp-5f, 0x1.12399p-7f, 0x1.6d7a5ap-10f,
};

// e^r = 1 + r + r^2 / 2 + r^3 P(r); [-0.346608, 0.346608], error 2^-57.34
constexpr double EXP[] = {
    0x1.555555555555cp-3, 0x1.555555555316cp-5, 0x1.111111110e6dcp-7, 0x1.6c16c17cf3ea9p-10,
    0x1.a01a01b60c022p-13, 0x1.a019aa95f8dc6p-16, 0x1.71dde94ddfb21p-19, 0x1.28a01ec5801b6p-22,
    0x1.af780c53acc6ap-26,
};

// cosh(r) = 1 + z P(z), z = r^2; [0.0, 0.120137], error 2^-33.24
constexpr float COSH_F32[] = {
    0x1p-1f, 0x1.5554e6p-5f, 0x1.6d4f1p-10f,
};

// cosh(r) = 1 + z P(z), z = r^2; [0.0, 0.120137], error 2^-57.97
constexpr double COSH[] = {
    0x1.000000000000cp-1, 0x1.555555554fd66p-5, 0x1.6c16c1863e2e3p-10, 0x1.a019950037096p-16,
    0x1.28b1bcab3a234p-22,
};

// sinh(r) = r + r z P(z), z = r^2; [0.0, 0.120137], error 2^-34.32
constexpr float SINH_F32[] = {
    0x1.555556p-3f, 0x1.110fbep-7f, 0x1.a2e33ep-13f,
};

// sinh(r) = r + r z P(z), z = r^2; [0.0, 0.120137], error 2^-65.15
constexpr double SINH[] = {
    0x1.5555555555555p-3, 0x1.1111111111387p-7, 0x1.a01a019ea05f4p-13, 0x1.71de408340ff7p-19,
    0x1.ae4ccbde7e2e2p-26, 0x1.82c23366ef675p-33,
};

// log(1 + f) = f - f^2 / 2 + f^3 P(f); [-0.292893, 0.414214], error 2^-30.27
constexpr float LOG_F32[] = {
    0x1.555548p-2f, -0x1.000006p-2f, 0x1.99a476p-3f, -0x1.555c44p-3f, 0x1.233ba4p-3f,
    -0x1.fc28d4p-4f, 0x1.e6bfep-4f, -0x1.de014cp-4f, 0x1.1472e8p-4f,
};

// log(1 + f) = 2 s + s z P(z), s = f / (2 + f), z = s^2; [0.0, 0.0294373], error 2^-59.49
constexpr double LOG[] = {
    0x1.5555555555592p-1, 0x1.999999997ff21p-2, 0x1.24924941e0b6ep-2, 0x1.c71c5214ec66dp-3,
    0x1.74663cc8fcdfcp-3, 0x1.39a1ecda5b6dbp-3, 0x1.2f038dc8531e9p-3,
};

// log(1 + f) = 2 s + s z (2/3 + z P(z)), s = f / (2 + f), z = s^2; [0.0, 0.0294373], error 2^-73.48
constexpr double LOG_DD[] = {
    0x1.9999999999996p-2, 0x1.2492492492f51p-2, 0x1.c71c71c5968ffp-3, 0x1.745d18295632cp-3,
    0x1.3b1364c9660b2p-3, 0x1.11206f28f048bp-3, 0x1.de3d71829ecedp-4, 0x1.eac5b5834c4ap-4,
};

// log2(1 + f) = f P(f); [-0.292893, 0.414214], error 2^-41.12
constexpr double POWF_LOG2[] = {
    0x1.71547652b89dfp0, -0x1.715476528d4e8p-1, 0x1.ec709dbd24193p-2, -0x1.715476b43b9fbp-2,
    0x1.2776c940bb4cbp-2, -0x1.ec7061e2ee241p-3, 0x1.a6154671d6075p-3, -0x1.715b8d38f51b2p-3,
    0x1.488d05c672062p-3, -0x1.272ba2b7c0bf5p-3, 0x1.087cbc894cd28p-3, -0x1.e9fc7f75408d6p-4,
    0x1.024ce3a47ada8p-3, -0x1.f9f0a05963d0dp-4, 0x1.02cb299f5acb7p-4,
};

// 2^r = P(r); [-0.5, 0.5], error 2^-34.53
constexpr double POWF_EXP2[] = {
    0x1.ffffffffabc32p-1, 0x1.62e42ff115ea1p-1, 0x1.ebfbe0a4b08bbp-3, 0x1.c6b08aaf9b262p-5,
    0x1.3b29dc4991bc5p-7, 0x1.5d8a7012d0c6fp-10, 0x1.446a1a5aafeap-13, 0x1.fe1811bd8ec82p-17,
};

// sin(r) = r + r z P(z), z = r^2; [0.0, 0.629249], error 2^-32.51
constexpr float SIN_F32[] = {
    -0x1.555556p-3f, 0x1.111174p-7f, -0x1.a058e4p-13f, 0x1.7bf19ep-19f,
};

// sin(r) = r + r z P(z), z = r^2; [0.0, 0.629249], error 2^-63.23
constexpr double SIN[] = {
    -0x1.5555555555555p-3, 0x1.111111111106ap-7, -0x1.a01a019ffeb52p-13, 0x1.71de3a346d295p-19,
    -0x1.ae642db06e315p-26, 0x1.610ad3d578421p-33, -0x1.a0a105d00ff4ep-41,
};

// cos(r) = 1 - z/2 + z^2 P(z), z = r^2; [0.0, 0.629249], error 2^-33.13
constexpr float COS_F32[] = {
    0x1.55554ap-5f, -0x1.6c0c1ap-10f, 0x1.99e0eep-16f,
};

// cos(r) = 1 - z/2 + z^2 P(z), z = r^2; [0.0, 0.629249], error 2^-63.91
constexpr double COS[] = {
    0x1.555555555554ap-5, -0x1.6c16c16c14dc3p-10, 0x1.a01a019c51326p-16, -0x1.27e4f7c211f74p-22,
    0x1.1ee9b9c7ebf76p-29, -0x1.8f9411071f976p-37,
};

// atan(t) = t + t z P(z), z = t^2, t in [0, 1]; [0.0, 1.0], error 2^-27.57
constexpr float ATAN_F32[] = {
    -0x1.55554p-2f, 0x1.999266p-3f, -0x1.24262cp-3f, 0x1.c0c916p-4f, -0x1.58be08p-4f,
    0x1.dc9dbap-5f, -0x1.0136b4p-5f, 0x1.697c22p-7f, -0x1.dcf81ep-10f,
};

// atan(t) = t + t z P(z), z = t^2, t in [0, 1]; [0.0, 1.0], error 2^-56.9
constexpr double ATAN[] = {
    -0x1.555555555554ep-2, 0x1.9999999998db7p-3, -0x1.249249245c74fp-3, 0x1.c71c71b78fab7p-4,
    -0x1.745d15eaaa1fp-4, 0x1.3b139d1c222dfp-4, -0x1.11103dff12375p-4, 0x1.e1d51e65e6566p-5,
    -0x1.aedd3b2ae392p-5, 0x1.84bf567be597ep-5, -0x1.5f44acf9285d2p-5, 0x1.394fc3924381p-5,
    -0x1.0d1dec130bf74p-5, 0x1.ae04f206cdbe2p-6, -0x1.32b8b96389885p-6, 0x1.75e642449b8bep-7,
    -0x1.73d3d44190195p-8, 0x1.1de32cb522c9ep-9, -0x1.3c0199f42f4b7p-11, 0x1.bc23782be770dp-14,
    -0x1.28d712ac7a93ap-17,
};

// asin(x) = x + x z P(z), z = x^2, x in [0, 1/2]; [0.0, 0.25], error 2^-31.68
constexpr float ASIN_F32[] = {
    0x1.55554cp-3f, 0x1.3338aap-4f, 0x1.6ca7dep-5f, 0x1.04ccdap-5f, 0x1.d58f98p-7f, 0x1.349b38p-5f,
};

// asin(x) = x + x z P(z), z = x^2, x in [0, 1/2]; [0.0, 0.25], error 2^-59.82
constexpr double ASIN[] = {
    0x1.5555555555578p-3, 0x1.333333332df21p-4, 0x1.6db6db722a95p-5, 0x1.f1c71a8bff2e5p-6,
    0x1.6e8bdfd9e9c3p-6, 0x1.1c49df018c2d9p-6, 0x1.ca2129f9eb618p-7, 0x1.757875e39b3f3p-7,
    0x1.618547739e3fp-7, 0x1.e1b2a2bdd64b8p-9, 0x1.64e5f7df48b7ep-6, -0x1.59ccd70918aa2p-6,
    0x1.0bd6c2eefbd7ep-5,
};

// sin(pi r) = pi r + r z P(z), z = r^2, r in [0, 1/4]; [0.0, 0.0625], error 2^-33.42
constexpr float SINPI_F32[] = {
    -0x1.4abbcep2f, 0x1.466b78p1f, -0x1.32adccp-1f, 0x1.44514cp-4f,
};

// sin(pi r) = pi r + r z P(z), z = r^2, r in [0, 1/4]; [0.0, 0.0625], error 2^-63.56
constexpr double SINPI[] = {
    -0x1.4abbce625be53p2, 0x1.466bc6775ab7ep1, -0x1.32d2cce63b548p-1, 0x1.5078349e591ddp-4,
    -0x1.e30770215134ap-8, 0x1.e909fe96bebcp-12, -0x1.743482978f617p-16,
};

// cos(pi r) = 1 + z P(z), z = r^2, r in [0, 1/4]; [0.0, 0.0625], error 2^-31.19
constexpr float COSPI_F32[] = {
    -0x1.3bd3ccp2f, 0x1.03c1aep2f, -0x1.55b146p0f, 0x1.d47d5ep-3f,
};

// cos(pi r) = 1 + z P(z), z = r^2, r in [0, 1/4]; [0.0, 0.0625], error 2^-61.84
constexpr double COSPI[] = {
    -0x1.3bd3cc9be45dep2, 0x1.03c1f081b5a34p2, -0x1.55d3c7e3b8a91p0, 0x1.e1f50661a0953p-3,
    -0x1.a6d1c7866bd38p-6, 0x1.f99fce48eb96fp-10, -0x1.96b46693d457dp-14, -0x1.bede24815d42p-16,
};

// sin(2 pi t) = t P(z), z = t^2, t in [0, 1/4]; [0.0, 0.0625], error 2^-22.41
constexpr float FAST_SIN_F32[] = {
    0x1.921fb6p2f, -0x1.4abbf6p5f, 0x1.46709ap6f, -0x1.33128ap6f, 0x1.49d562p5f,
};

// erf(x) = x + x P(z), z = x^2; [0.0, 0.85], error 2^-29.85
constexpr float ERF_F32[] = {
    0x1.06eba8p-3f, -0x1.81274p-2f, 0x1.ce2d6p-4f, -0x1.b8007ep-6f, 0x1.54423ep-8f,
    -0x1.a5b7aep-11f, 0x1.4e3796p-14f,
};

// erf(x) = x + x P(z), z = x^2; [0.0, 1.0], error 2^-56.16
constexpr double ERF[] = {
    0x1.06eba8214db69p-3, -0x1.812746b037a27p-2, 0x1.ce2f21a045b9p-4, -0x1.b82ce313665fdp-6,
    0x1.565bcd2fabbd7p-8, -0x1.c02db9e222016p-11, 0x1.f9a3cf9ed5d88p-14, -0x1.f4dec4d491a5dp-17,
    0x1.ba8233d5180d4p-20, -0x1.647245786692ap-23, 0x1.18185ac7fcb81p-26, -0x1.e4adbeb1f4497p-30,
    0x1.6852d93b9c2f3p-33,
};

// erf(x) = 1 - exp(P(x)); [0.921954, 4.0], error 2^-32.17
constexpr float ERF_TAIL_F32[] = {
    0x1.580eb2p-13f, -0x1.2123e2p0f, -0x1.4459dep-1f, -0x1.baa806p-4f, 0x1.98a33p-6f,
    -0x1.0b223cp-8f, 0x1.a71e66p-12f, -0x1.034a28p-16f, -0x1.d845a8p-22f,
};

// erf(x) = 1 - exp(P(x - 1)); [0.0, 5.0], error 2^-58.99
constexpr double ERF_TAIL[] = {
    -0x1.d97fbf27aa2a1p0, -0x1.51c9b0006c248p1, -0x1.afabc11a282fep-1, -0x1.5477f09dfb742p-5,
    0x1.48c9d457c5f6p-7, -0x1.033f73c03ca29p-9, 0x1.f1b84e8bf491bp-13, 0x1.b84ef96a90ec3p-16,
    -0x1.c6214da39d7bfp-16, 0x1.3c4682d0fcadcp-17, -0x1.dddeedb6b3f37p-20, -0x1.8c915cbfbd6d2p-23,
    0x1.a7c6d0ddebb39p-22, -0x1.18ddd49d65e9p-22, 0x1.16996c37eb8ep-23, -0x1.ba38c68029c69p-25,
    0x1.14614a5269b34p-26, -0x1.0742cd01a55e3p-28, 0x1.6e1e093a3ff6bp-31, -0x1.5cb7fed578431p-34,
    0x1.95659792946f1p-38, -0x1.b0c956a591d3dp-43,
};
// clang-format on
