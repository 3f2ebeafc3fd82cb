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

// m^(-1/3) = P(m - 1), m in [sqrt(1/2), sqrt(2)]; a start value; [-0.292893, 0.414214], error 2^-11.95
constexpr float RCBRT_F32[] = {
    0x1.ffe2f8p-1f, -0x1.56b3a8p-2f, 0x1.e6da5p-3f, -0x1.44b0eap-3f,
};

// m^(-1/3) = P(m - 1), m in [sqrt(1/2), sqrt(2)]; a start value; [-0.292893, 0.414214], error 2^-17.41
constexpr double RCBRT[] = {
    0x1.000040974c59bp0, -0x1.55425eadb2655p-2, 0x1.c5d8d9628c583p-3, -0x1.68135fe7c57d4p-3,
    0x1.4888df8b31265p-3, -0x1.baa2a088c4711p-4,
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

// (1 + 2 x) e^(x^2) erfc(x) = P(t), t = (x - 4) / (x + 4); [-1.0, 1.0], error 2^-28.75
constexpr double ERFCXF[] = {
    0x1.3ba59166431b2p0, -0x1.1df1a997b28dbp-3, 0x1.f7f755ab01bdep-7, 0x1.16ec1b984dfdbp-4,
    -0x1.9dddd5f83ae96p-4, 0x1.7ff533a0a5fb4p-4, -0x1.0fa15cb948be8p-4, 0x1.30439f886875ep-5,
    -0x1.0a04540eadd93p-6, 0x1.4cfeb721af6cbp-8, -0x1.70f48e7e186c2p-11, -0x1.040e7c665c7fdp-12,
    0x1.d75f8ee757e34p-14,
};

// (1 + 2 x) e^(x^2) erfc(x) = P(t), t = (x - 4) / (x + 4); [-1.0, 1.0], error 2^-54.38
constexpr double ERFCX[] = {
    0x1.3ba5916e9fd7fp0, -0x1.1df1ad154a28ep-3, 0x1.f7f5df66fbb4ep-7, 0x1.16ecefcfa533dp-4,
    -0x1.9ddb23c3deff8p-4, 0x1.7fee004e140b9p-4, -0x1.0fb06dfefc836p-4, 0x1.3079edf626c4p-5,
    -0x1.0962386b190cep-6, 0x1.49c672a912da2p-8, -0x1.8d4aabc5946e6p-11, -0x1.a1df424a1d704p-13,
    0x1.3be136c701108p-13, -0x1.9955af6c3fafep-16, -0x1.78a831c954df6p-17, 0x1.7f04e074095e9p-18,
    0x1.402428b096482p-22, -0x1.b94a51652afcp-21, 0x1.31445b0e1e47fp-24, 0x1.cb342df46ec97p-24,
    -0x1.18e104c6ee2f4p-26, -0x1.afb4921fb5e7p-27, 0x1.aff2c10824c8p-30, 0x1.09b4cdac4ef37p-30,
};

// erfinv(x) = x P(w - 5/2), w = -log(1 - x^2); [-2.5, 2.5], error 2^-54.34
constexpr double ERFINV[] = {
    0x1.805c5cfcedef5p0, 0x1.f91e8993f0d14p-3, -0x1.11c3c302e061ep-8, -0x1.4863cdfb61b33p-10,
    0x1.c9b437ed6fa11p-13, -0x1.4f47fe714697cp-18, -0x1.ca9227e6edbd4p-19, 0x1.01037e19ae21dp-21,
    0x1.ccff88f57bd1cp-27, -0x1.752fd20676b25p-27, 0x1.f2cb3bb76c67bp-31, 0x1.07037dcb6668p-33,
    -0x1.1195b839a0a52p-35, 0x1.00d0e710078dbp-40, 0x1.2dc9ec2ab813ep-41, -0x1.57b1a92d78366p-44,
    -0x1.b4d2d4e49fc75p-49, 0x1.15143bb8834e5p-49, -0x1.02b738cdc1e93p-53, -0x1.098ba060f277ep-55,
    0x1.a8f48624fd4eep-59, 0x1.13426b4c386bbp-62,
};

// erfcinv(e^(-s^2)) = s P(t), t = (s - 8) / (s + 8): a start value; [-0.553398, 0.548023], error 2^-28.64
constexpr double ERFCINV[] = {
    0x1.f5557c6c64a3dp-1, 0x1.165feb694c416p-4, -0x1.afd74796a2788p-4, 0x1.f7bbae1c5b678p-4,
    -0x1.0c0489fdb7dd3p-3, 0x1.0c70c6dfc2cbbp-3, -0x1.0332292c9c67ap-3, 0x1.e6d8cc06a8fe7p-4,
    -0x1.a02c51ec90141p-4, 0x1.3dd92a4116e8ep-4, -0x1.5fd4f05a3e41dp-4, 0x1.97c318e64e7dcp-4,
    -0x1.d01c394e991c7p-6, -0x1.db60c983a7668p-6,
};

// gamma(2 + d) = P(d); [-0.5, 0.5], error 2^-56.45
constexpr double GAMMA[] = {
    0x1p0, 0x1.b0ee6072093c9p-2, 0x1.a5b978b96bee2p-2, 0x1.4e23998466539p-4, 0x1.301fbb0f20c0bp-4,
    -0x1.17f3746e547c3p-12, 0x1.6d7eead167ca5p-7, -0x1.75e6e7809b038p-9, 0x1.13c446fd26a8ep-9,
    -0x1.e21f87416e906p-11, 0x1.011b69828f666p-11, -0x1.f93958d8eb5cep-13, 0x1.fe30094fd1b77p-14,
    -0x1.ff9bb625123afp-15, 0x1.00f2801bc43d9p-15, -0x1.e79693b9e36b9p-17, 0x1.dc63dd1dd8c5bp-18,
    -0x1.59f5bf08534a1p-18, 0x1.6eaab8fd003eap-19,
};

// log(gamma(2 + d)) = d P(d); [-0.5, 0.5], error 2^-56.24
constexpr double LGAMMA[] = {
    0x1.b0ee6072093cep-2, 0x1.4a34cc4a60fa6p-2, -0x1.13e001a55757cp-4, 0x1.51322ac7d7c1p-6,
    -0x1.e404fc21cac8ep-8, 0x1.7add6eaf3ebbfp-9, -0x1.38ac5c03df9a7p-10, 0x1.0b36aec178e77p-11,
    -0x1.d3fd67401db28p-13, 0x1.a128136cc3341p-14, -0x1.78d965cf44c33p-15, 0x1.57ffe87949065p-16,
    -0x1.3d450e545cd71p-17, 0x1.26be83a699ad8p-18, -0x1.094810419458cp-19, 0x1.e49dc8980990dp-21,
    -0x1.36d72c20ad48bp-21, 0x1.3d5d921f97a11p-22,
};

// log(gamma(x)) = (x - 1/2) log(x) - x + log(2 pi) / 2 + P(z) / x, z = 1 / x^2; absolute; [1.0e-9, 0.0177778], error 2^-57.59
constexpr double STIRLING[] = {
    0x1.5555555555555p-4, -0x1.6c16c16c0a76ep-9, 0x1.a01a010c0834cp-11, -0x1.3812d9d933e2ep-11,
    0x1.b8f78d8447829p-11, -0x1.ea0a478d4082ep-10, 0x1.305ad85796461p-8,
};

// j0(x) = (z - 2.404826^2) P(z - 8), z = x^2; [-8.0, 8.0], error 2^-54.53
constexpr double J0_SMALL[] = {
    -0x1.6b2948e843e2bp-4, 0x1.08d902d0bf62p-7, -0x1.17057235d9be3p-12, 0x1.33fa04134ee97p-18,
    -0x1.a4b2380ce6f06p-25, 0x1.87a4ac456a942p-32, -0x1.08c620b1bed26p-39, 0x1.0fff13fa21ee5p-47,
    -0x1.b73579b0b459cp-56, 0x1.1ec20fe0fc05bp-64, -0x1.004a565b6d8ddp-73, -0x1.0e94849c55f4dp-79,
    -0x1.120312d9cc698p-83, 0x1.92e76c30aeb3fp-87,
};

// j0(x) = (x - 5.520078) P(x - 6.0); [-2.0, 2.0], error 2^-53.55
constexpr double J0_MIDDLE[] = {
    0x1.416dc96e57c0ep-2, -0x1.3d97028754e56p-4, -0x1.63c76276a6ee6p-5, 0x1.15618767e6c5bp-7,
    0x1.bb360f4db26a7p-10, -0x1.307fa1bf75f13p-12, -0x1.104aed8661c24p-15, 0x1.52a758001a3d8p-18,
    0x1.949f16cb397f1p-22, -0x1.cd44e3e73d9b8p-25, -0x1.951060ac4d0bbp-29, 0x1.aab974c53d4d4p-32,
    0x1.2480018fa1d57p-36, -0x1.1e9b7af9e92bp-39, -0x1.44820579c9665p-44, 0x1.2fa5edb16e302p-47,
    0x1.c35706ee98e59p-52, -0x1.362cd505317c8p-54, -0x1.4ee8e4f82fa4fp-57, 0x1.5b75f20556b38p-59,
};

// j1(x) = x (z - 3.831706^2) P(z - 11), z = x^2; [-11.0, 11.0], error 2^-54.59
constexpr double J1_SMALL[] = {
    -0x1.1edf087d31fb5p-6, 0x1.2892753d7db3dp-10, -0x1.e54b7d432944bp-16, 0x1.b66d8288f1e94p-22,
    -0x1.fb3ff9f07b4e9p-29, 0x1.99b93069415e7p-36, -0x1.e95ff277f6f58p-44, 0x1.c24a06eb161eep-52,
    -0x1.4940493fb60d9p-60, 0x1.88330a87d9691p-69, -0x1.56ec1257e42c2p-78, -0x1.e5854de6e7b66p-89,
    -0x1.eb5bf4631fa05p-89, 0x1.445dd6f0f0fe5p-95, 0x1.07f3e340b29bcp-97,
};

// j1(x) = (x - 7.015587) P(x - 6.34375); [-1.65625, 1.65625], error 2^-54.15
constexpr double J1_MIDDLE[] = {
    0x1.2bcde795e8b28p-2, 0x1.62de224a5319p-5, -0x1.83ce4b39799e1p-5, -0x1.70343d895fe85p-9,
    0x1.2115c2fab687ap-9, 0x1.1f2bc5e06dd75p-14, -0x1.980d8a8292df8p-15, -0x1.e557f12c2528bp-21,
    0x1.51445ff6eb32dp-21, 0x1.042b296be4697p-27, -0x1.6f1d5702b6527p-28, -0x1.830027d8515a5p-35,
    0x1.1ba70788b606fp-35, 0x1.a9a8616f7ebb5p-43, -0x1.575a26a2f814ap-43, -0x1.f817323b6878fp-51,
    0x1.0b4683ed361a3p-49, 0x1.dd0ea42c1a82cp-56, -0x1.e6b377e0e5fecp-54,
};

// y0(x) = 2/pi log(x / 0.8935770) j0(x) + (z - 0.8935770^2) P(z - 5/2), z = x^2; [-2.5, 2.5], error 2^-53.74
constexpr double Y0_SMALL[] = {
    0x1.262e7c16d4344p-3, -0x1.ce82415795cfap-7, 0x1.01b0685ca7715p-11, -0x1.2978ad904fffcp-17,
    0x1.a5c759d8418a9p-24, -0x1.955b76069fb64p-31, 0x1.19c2e1f74713ep-38, -0x1.28b96af12e61p-46,
    0x1.9ef06fabd66a8p-55, 0x1.9bd4d5bcff211p-61, 0x1.326c82a998041p-61, -0x1.f47a55521e0d9p-65,
};

// y0(x) = (x - 3.957678) P(x - 3.84375); [-1.65625, 1.65625], error 2^-55.74
constexpr double Y0_MIDDLE[] = {
    -0x1.a1594d509cffdp-2, 0x1.314ac4f7cf88ep-5, 0x1.f132b45f51b39p-5, -0x1.7e512fb0fb454p-8,
    -0x1.2b720f7a11583p-9, 0x1.4dc2f98477355p-13, 0x1.cb0adf0557d3cp-15, -0x1.375cc9eec9721p-18,
    -0x1.162afcc6da5f7p-22, -0x1.8dbb418ad2f61p-25, 0x1.a0b2a02aef913p-26, -0x1.5223483c56accp-28,
    0x1.2f29470263825p-30, -0x1.2d3b3b72e512fp-32, 0x1.2a1bdf915bfefp-34, -0x1.24a6e29840a5p-36,
    0x1.0e5e6af2e2079p-38, -0x1.04d2b38da1be6p-40, 0x1.6b50dfebd9be9p-42, -0x1.7fb98b452f698p-44,
    -0x1.ad40b68e02236p-50, 0x1.47b1c2b338f25p-50, 0x1.9bd0d1d19e7a8p-49, -0x1.b72db01b571f8p-51,
};

// y0(x) = (x - 7.086051) P(x - 6.75); [-1.25, 1.25], error 2^-54.92
constexpr double Y0_UPPER[] = {
    0x1.34eee4b2f27c7p-2, 0x1.858bb5a4fa6f3p-7, -0x1.986087c7fc412p-5, 0x1.1bae915955c1bp-12,
    0x1.31928eb7897cfp-9, -0x1.671ee28d3ddap-15, -0x1.a6ce14edb183ep-15, 0x1.1a6af678c603bp-20,
    0x1.596eae10daa5bp-21, -0x1.df48899dd214cp-27, -0x1.6f52d47101bddp-28, 0x1.d401a5d539f6ep-34,
    0x1.20efacdd44d52p-35, -0x1.97898dcbac3e5p-41, -0x1.80f3b8772636ap-43, 0x1.78e7d6a65a2bfp-52,
    0x1.059f4f45cd2b7p-47,
};

// y1(x) = 2/pi log(x / 2.197141) j1(x) + (z - 2.197141^2) P(z - 8) / x, z = x^2; [-8.0, 8.0], error 2^-54.41
constexpr double Y1_SMALL[] = {
    0x1.7d2fc064fa737p-3, -0x1.92e600dff263fp-12, -0x1.5de3bfdf6b0ffp-11, 0x1.a1606356b98aap-16,
    -0x1.c4e5b1e6ba1b9p-22, 0x1.26874783e5a9bp-28, -0x1.02ee4c0192506p-35, 0x1.4a4ec0addc2a1p-43,
    -0x1.40a2ed169e32cp-51, 0x1.ea6d86fa58269p-60, -0x1.3269a3a72abc3p-68, 0x1.3337076508b01p-77,
    0x1.d5370ac9cbd75p-83, 0x1.4aaf00313e862p-91,
};

// y1(x) = (x - 5.429681) P(x - 5.875); [-2.125, 2.125], error 2^-53.33
constexpr double Y1_UPPER[] = {
    -0x1.444f3ef5c4495p-2, 0x1.2d17091d4f74cp-4, 0x1.5fffe5c1c860bp-5, -0x1.f559a99ddf97ep-8,
    -0x1.c0b1571939273p-10, 0x1.0cb95ec9e8d4fp-12, 0x1.2354f12b19333p-15, -0x1.32f82f4a0bb4p-18,
    -0x1.ad67b31f497bdp-22, 0x1.8cb527f8c9c84p-25, 0x1.f7a511ba19037p-29, -0x1.c5fb1741acb48p-32,
    -0x1.23e3265965ed2p-37, -0x1.2232b9c582df3p-48, 0x1.bb1808826e064p-42, -0x1.11ae41d4e3963p-44,
    0x1.83efa4251e44p-47, -0x1.07e8a4b583d63p-49, 0x1.9e04a88591255p-56, -0x1.07192e37f9985p-56,
    0x1.06cb9f684f57cp-55, -0x1.040cbab47ee17p-58, -0x1.d0c4927b82143p-62,
};

// j^2 + y^2 of order 0 = P(z)^2 / x, z = 1 / x^2; [1.0e-12, 0.015625], error 2^-53.11
constexpr double BESSEL0_AMPLITUDE[] = {
    0x1.9884533d4365p-1, -0x1.9884533d17799p-5, 0x1.524d93f92c55ep-4, -0x1.bb8521c59f3ebp-2,
    0x1.2a848b2d9fc87p2, -0x1.52115f2c59dfcp6, 0x1.12b74b3b04dc9p11, -0x1.03d4c1f1f0336p16,
    0x1.bd1847152ed37p20, -0x1.0b78ffb093b91p25, 0x1.39a0130be4627p28,
};

// j^2 + y^2 of order 1 = P(z)^2 / x, z = 1 / x^2; [1.0e-12, 0.015625], error 2^-52.9
constexpr double BESSEL1_AMPLITUDE[] = {
    0x1.9884533d43651p-1, 0x1.32633e6de6f01p-3, -0x1.3bf657dab771dp-3, 0x1.48f9bc8fc0676p-1,
    -0x1.8b139533eec57p2, 0x1.a4438e718634cp6, -0x1.495c638a90815p11, 0x1.31723624f8009p16,
    -0x1.031566891fc2dp21, 0x1.35f2fdce92605p25, -0x1.6aa2843e8b2c4p28,
};

// angle of (j, y) of order 0 = x - 1 pi/4 + P(z) / x; [1.0e-12, 0.015625], error 2^-49.68
constexpr double BESSEL0_PHASE[] = {
    -0x1.ffffffffffff6p-4, 0x1.0aaaaaaa7a2bfp-4, -0x1.ad3331fab65p-3, 0x1.a3578260e8ae4p0,
    -0x1.7778f8a54cc79p4, 0x1.0a25c462d6719p9, -0x1.086d989edbc86p14, 0x1.38ae8979a7b28p19,
    -0x1.670607ee3c07ap24, 0x1.48f3a48a01059p29, -0x1.8b4ff765dc614p33, 0x1.c159f219df61ap36,
};

// angle of (j, y) of order 1 = x - 3 pi/4 + P(z) / x; [1.0e-12, 0.015625], error 2^-51.0
constexpr double BESSEL1_PHASE[] = {
    0x1.7fffffffffffdp-2, -0x1.4fffffffe31f3p-3, 0x1.7bcccc141db0dp-2, -0x1.2f47f9240c298p1,
    0x1.e9d55e35e4574p4, -0x1.47a93c90cc84ap9, 0x1.3a3626a168741p14, -0x1.6b49a640cc399p19,
    0x1.9addad006c4ebp24, -0x1.74306c9994462p29, 0x1.bb00cf3c1921p33, -0x1.f331de8158808p36,
};

// i0(x) = P(z), z = x^2; [0.0, 64.0], error 2^-56.06
constexpr double I0_SMALL[] = {
    0x1p0, 0x1p-2, 0x1p-6, 0x1.c71c71c71c71cp-12, 0x1.c71c71c71c73dp-18, 0x1.23456789ab926p-24,
    0x1.02e85c08a069p-31, 0x1.522a43f511c7bp-39, 0x1.522a441a5a507p-47, 0x1.0b312facca2c6p-55,
    0x1.5601ddb95862bp-64, 0x1.69c333b22b1cdp-73, 0x1.42139d6527ac6p-82, 0x1.daefef7fcf848p-92,
    0x1.b168e318d796p-101, -0x1.368acd0d9e88fp-109, 0x1.fdd90439a3be1p-116, -0x1.a198803d1a60ap-123,
    0x1.aa40b5affde76p-131, -0x1.8be8be0ad6b29p-140,
};

// i1(x) = x P(z), z = x^2; [0.0, 64.0], error 2^-57.14
constexpr double I1_SMALL[] = {
    0x1p-1, 0x1p-4, 0x1.5555555555555p-9, 0x1.c71c71c71c73ep-15, 0x1.6c16c16c166eap-21,
    0x1.845c8a0cf2decp-28, 0x1.27e4fb761c3cep-35, 0x1.522a44293865fp-43, 0x1.2c9753db0b35fp-51,
    0x1.ab82a1eb1ce06p-60, 0x1.f162fe21a836ap-69, 0x1.e3f864f280363p-78, 0x1.72f881d0d2986p-87,
    0x1.1f525ff8c7a7fp-95, -0x1.37d5e6c8536c7p-102, 0x1.16c71fb5203e8p-108, -0x1.4b78963dca5afp-115,
    0x1.0d06eac9eb3ccp-122, -0x1.0904c33ebc215p-130, 0x1.de9a2913bec29p-140,
};

// i0(x) = e^x / sqrt(x) P(u - 1/16), u = 1 / x; [-0.0625, 0.0625], error 2^-52.9
constexpr double I0_LARGE[] = {
    0x1.9bd428ad249a5p-2, 0x1.b87969bb93a22p-5, 0x1.1daa72b58ad91p-5, 0x1.75e5ee795ce83p-5,
    0x1.8e514242d3559p-4, 0x1.3f498f216b8e8p-2, 0x1.7d06c2657fa46p0, 0x1.51d7648e662fbp3,
    0x1.7352dd1402f78p6, 0x1.02ae0b38e5a3dp9, -0x1.e66ad0bf012c8p12, -0x1.c935f3a3b5fcfp17,
    -0x1.2b5c7dbc08c13p20, 0x1.f54e71e744fdap24, 0x1.69962a1a7ecc3p28, -0x1.a76044e6ec892p31,
    -0x1.9b4037423f236p35, 0x1.23bc840848a7ep38, 0x1.1318e633a5cfcp42, -0x1.1e90ca5f9ef71p44,
    -0x1.51dcf3a8e3f2ap47, 0x1.1dd13453f474p49,
};

// i1(x) = e^x / sqrt(x) P(u - 1/16), u = 1 / x; [-0.0625, 0.0625], error 2^-52.76
constexpr double I1_LARGE[] = {
    0x1.8ebe783a8402fp-2, -0x1.3f796198ee63ep-3, -0x1.cbc54df17ca1dp-5, -0x1.f89c2305b5f83p-5,
    -0x1.ec8e190dfa945p-4, -0x1.76137a0d6ce0ep-2, -0x1.ad847c4790732p0, -0x1.727dbca3cf622p3,
    -0x1.92bd2a9243d6p6, -0x1.2116a271514c1p9, 0x1.e6710fb3194c3p12, 0x1.dff7542e05f04p17,
    0x1.4fb26e4c92ceep20, -0x1.004bc8eb6ddf8p25, -0x1.834b47d91a231p28, 0x1.aa003eae52cb5p31,
    0x1.b32b2392dd899p35, -0x1.24de86d725a0fp38, -0x1.21af5830da4dfp42, 0x1.22ef1537b6128p44,
    0x1.631688b9dc0d9p47, -0x1.27fdbac494192p49,
};
// clang-format on
